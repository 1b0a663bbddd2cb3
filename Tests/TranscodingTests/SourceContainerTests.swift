import Testing

@testable import Transcoding

/// Which files are taken by their first bytes, and what is said of the others.
@Suite struct SourceContainerTests {
    private static let known: [([UInt8], SourceContainer)] = [
        (bytes("\0\0\0\u{20}ftypisom"), SourceContainer.mov), (bytes("\0\0\0\u{8}wide"), .mov),
        (bytes("\0\0\0\u{20}ftypqt  "), .mov), ([0x1A, 0x45, 0xDF, 0xA3], .matroska),
        (bytes("RIFF\0\0\0\0AVI LIST"), .avi), (bytes("FLV\u{1}"), .flv), (bytes("OggS"), .ogg),
        ([0, 0, 1, 0xBA], .mpegProgramStream), (packets(188, first: 0), .mpegTransportStream),
        (packets(192, first: 4), .mpegTransportStream),
    ]

    private static let refused: [([UInt8], String)] = [
        (bytes("#EXTM3U\n#EXT-X-VERSION:3"), "playlist"), (bytes("\u{FEFF}\n#EXTM3U"), "playlist"),
        (bytes("ffconcat version 1.0"), "playlist"), (bytes("v=0\no=- 0 0 IN IP4"), "playlist"),
        (bytes("<?xml version='1.0'?><MPD>"), "playlist"), (bytes("<svg xmlns='x'>"), "picture"),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D], "picture"), ([0xFF, 0xD8, 0xFF, 0xE0], "picture"),
        (bytes("\0\0\0\u{20}ftypavif"), "picture"), (bytes("\0\0\0\u{20}ftypheic"), "picture"),
        (bytes("RIFF\0\0\0\0WEBPVP8 "), "picture"), (bytes("RIFF\0\0\0\0WAVEfmt "), "no picture"),
        (bytes("ID3\u{4}"), "no picture"), (bytes("fLaC"), "no picture"),
        (bytes("file '/etc/passwd'\n"), "text"), ([], "empty"), ([7, 1, 0xC3, 9, 0, 4], "not a video"),
        (bytes("YUV4MPEG2 W320 H180"), "text"),
    ]

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func packets(_ size: Int, first: Int) -> [UInt8] {
        (0..<5 * size).map { ($0 - first) % size == 0 && $0 >= first ? 0x47 : 0 }
    }

    @Test(arguments: known)
    func containersAreKnownByTheirFirstBytes(head: [UInt8], expected: SourceContainer) {
        #expect(SourceContainer.sniff(head) == expected)
    }

    @Test(arguments: refused)
    func everythingElseIsRefusedWithASentenceThatNamesIt(head: [UInt8], word: String) {
        #expect(SourceContainer.sniff(head) == nil)
        #expect(SourceRefusal(head: head).error.message.contains(word))
    }
}
