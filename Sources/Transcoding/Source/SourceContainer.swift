/// The file formats that are taken as a video. The first bytes decide, never the name and never ffmpeg's own guess:
/// its guess would also take playlists, scripts and pictures, which make it open other files and addresses.
package enum SourceContainer: String, Sendable, CaseIterable {
    case mov, matroska, mpegTransportStream, mpegProgramStream, avi, flv, asf, ogg, mxf

    /// How many bytes from the start of a file `sniff` wants to see.
    package static let headLength = 4096

    /// The demuxer that ffmpeg is forced to use, with `-f`.
    package var demuxer: String {
        switch self {
        case .mov, .matroska, .avi, .flv, .asf, .ogg, .mxf: rawValue
        case .mpegTransportStream: "mpegts"
        case .mpegProgramStream: "mpeg"
        }
    }

    /// The names by which ffmpeg knows the demuxer, for `-format_whitelist`: nothing nested may use another one.
    package var demuxerNames: String {
        switch self {
        case .mov: "mov,mp4,m4a,3gp,3g2,mj2"
        case .matroska: "matroska,webm"
        default: demuxer
        }
    }

    /// The extensions, in lower case, by which files of this kind are usually known.
    package var allowedExtensions: [String] {
        switch self {
        case .mov: ["mp4", "m4v", "mov", "qt", "3gp", "3g2"]
        case .matroska: ["mkv", "webm"]
        case .mpegTransportStream: ["ts", "m2ts", "mts"]
        case .mpegProgramStream: ["mpg", "mpeg", "vob"]
        case .avi: ["avi"]
        case .flv: ["flv"]
        case .asf: ["wmv", "asf"]
        case .ogg: ["ogv", "ogg"]
        case .mxf: ["mxf"]
        }
    }

    /// Every extension that an upload may have.
    package static let extensions = allCases.flatMap(\.allowedExtensions)

    /// Recognises a container by the first bytes of a file; nil when it is none of these, `SourceRefusal` says what.
    package static func sniff(_ head: [UInt8]) -> SourceContainer? {
        if head.has("ftyp", at: 4) { return head.hasStillPictureBrand ? nil : .mov }
        if ["moov", "mdat", "wide", "free", "skip", "pnot"].contains(where: { head.has($0, at: 4) }) { return .mov }
        if head.has([0x1A, 0x45, 0xDF, 0xA3], at: 0) { return .matroska }
        if head.has("RIFF", at: 0), head.has("AVI ", at: 8) { return .avi }
        if head.has("FLV\u{1}", at: 0) { return .flv }
        if head.has([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], at: 0) { return .asf }
        if head.has("OggS", at: 0) { return .ogg }
        if head.has([0x00, 0x00, 0x01, 0xBA], at: 0) { return .mpegProgramStream }
        if head.has([0x06, 0x0E, 0x2B, 0x34, 0x02, 0x05, 0x01, 0x01, 0x0D, 0x01, 0x02], at: 0) { return .mxf }
        return head.isTransportStream ? .mpegTransportStream : nil
    }
}

extension [UInt8] {
    func has(_ text: StaticString, at offset: Int) -> Bool {
        text.withUTF8Buffer { has(Array($0), at: offset) }
    }

    func has(_ text: String, at offset: Int) -> Bool { has(Array(text.utf8), at: offset) }

    func has(_ pattern: [UInt8], at offset: Int) -> Bool {
        count >= offset + pattern.count && self[offset..<offset + pattern.count].elementsEqual(pattern)
    }

    /// HEIF and AVIF pictures are ISO base media files too; their major brand tells them apart (ISO/IEC 23008-12).
    fileprivate var hasStillPictureBrand: Bool {
        ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"].contains { has($0, at: 8) }
    }

    /// A sync byte at the start of each of the first packets: of 188 bytes, or of 192 with a time code before each.
    fileprivate var isTransportStream: Bool {
        [(188, 0), (192, 4)].contains { size, first in
            let offsets = stride(from: first, to: Swift.min(count, 5 * size), by: size)
            return count >= 3 * size && offsets.allSatisfy { self[$0] == 0x47 }
        }
    }
}
