/// A file that a runner may write below a video's folder: `NAME` or `FOLDER/NAME`, each part 1 to 64 characters of
/// `a-z`, `0-9`, `_`, `-` and inner dots, with one of the extensions that the product serves. Anything else,
/// traversal and hidden files among it, cannot be expressed.
package struct OutputPath: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String
    package let kind: MediaKind

    package var description: String { rawValue }

    package init?(rawValue: String) {
        let parts = rawValue.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy(OutputPath.isPlain),
            let name = parts.last, let dot = name.lastIndex(of: "."),
            let kind = MediaKind(fileExtension: name[name.index(after: dot)...])
        else { return nil }
        self.rawValue = rawValue
        self.kind = kind
    }

    /// The two files that make a video playable; they are staged until the job is complete and swapped in last.
    package var isManifest: Bool { rawValue == "master.m3u8" || rawValue == "manifest.mpd" }

    /// Playlists are written again while a job runs; every other file, once published, never changes.
    package var isReplaceable: Bool { kind == .hlsPlaylist || kind == .dashManifest }

    package static func < (left: OutputPath, right: OutputPath) -> Bool { left.rawValue < right.rawValue }

    private static func isPlain(_ part: Substring) -> Bool {
        let bytes = part.utf8
        guard (1...64).contains(bytes.count), bytes.first != UInt8(ascii: ".") else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let path = OutputPath(rawValue: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an output path")
        }
        self = path
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
