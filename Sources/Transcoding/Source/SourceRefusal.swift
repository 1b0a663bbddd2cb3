/// What a file is that is not taken as a video, told from its first bytes, so that the answer names the mistake.
enum SourceRefusal {
    case empty, playlist, sound, picture, document, unknown

    init(head: [UInt8]) {
        if head.isEmpty {
            self = .empty
        } else if SourceRefusal.playlists.contains(where: { head.startsWithText($0) }) {
            self = .playlist
        } else if SourceRefusal.sounds.contains(where: { head.has($0, at: 0) }) || head.isSound {
            self = .sound
        } else if SourceRefusal.pictures.contains(where: { head.has($0, at: 0) }) || head.isPicture {
            self = .picture
        } else {
            self = head.isText ? .document : .unknown
        }
    }

    var error: SourceError {
        switch self {
        case .empty: SourceError(.notAVideo, "The file is empty.")
        case .playlist: SourceError(.notAVideo, "This file is a playlist, not a video. Upload the video itself.")
        case .sound: SourceError.soundOnly
        case .picture: SourceError(.notAVideo, "This file is a picture, not a video.")
        case .document: SourceError(.notAVideo, "This file is a text, not a video.")
        case .unknown: SourceError(.notAVideo, "This file is not a video.")
        }
    }

    private static let playlists = ["#extm3u", "[playlist]", "ffconcat", "v=0", "<smil", "<mpd", "<asx", "rtsp://"]

    private static let sounds: [[UInt8]] = [
        Array("ID3".utf8), Array("fLaC".utf8), [0xFF, 0xFB], [0xFF, 0xF3], [0xFF, 0xF2], [0xFF, 0xF1], [0xFF, 0xF9],
    ]

    private static let pictures: [[UInt8]] = [
        [0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF], Array("GIF8".utf8), Array("BM".utf8), Array("8BPS".utf8),
        [0x49, 0x49, 0x2A, 0x00], [0x4D, 0x4D, 0x00, 0x2A], Array("<svg".utf8),
    ]
}

extension [UInt8] {
    fileprivate var isSound: Bool { has("RIFF", at: 0) && has("WAVE", at: 8) }

    fileprivate var isPicture: Bool {
        has("RIFF", at: 0) && has("WEBP", at: 8) || has("ftyp", at: 4) || startsWithText("<svg")
    }

    /// Whether the text begins so, whatever its case, after a byte order mark, spaces and an XML declaration.
    fileprivate func startsWithText(_ start: String) -> Bool {
        let text = String(decoding: prefix(1024), as: UTF8.self).lowercased()
        var rest = text.drop { $0 == "\u{FEFF}" || $0.isWhitespace }
        if rest.hasPrefix("<?xml"), let end = rest.firstIndex(of: ">") {
            rest = rest[rest.index(after: end)...].drop { $0.isWhitespace }
        }
        return rest.hasPrefix(start)
    }

    fileprivate var isText: Bool {
        prefix(512).allSatisfy { $0 >= 0x20 && $0 != 0x7F || [0x09, 0x0A, 0x0C, 0x0D].contains($0) }
            && String(validating: prefix(512).dropLast(3), as: UTF8.self) != nil
    }
}
