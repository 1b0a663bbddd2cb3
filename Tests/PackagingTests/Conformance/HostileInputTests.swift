import Testing

@testable import Packaging

@Suite(.serialized) struct HostileInputTests {
    /// Every reader sees bytes that are almost right; what they say must stay inside of bounds.
    @Test(arguments: 0..<12)
    func damagedFilesAreReportedAndNothingTraps(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let good = try await GoodOutput.shared.files(seed.isMultiple(of: 2) ? .texts : .coloured)
        for _ in 0..<6 {
            var files = good
            for name in good.files.keys.sorted() where Bool.random(using: &random) {
                files.files[name] = damaged(good.files[name] ?? [], &random)
            }
            let report = try await files.report()
            #expect(report.failures.allSatisfy { $0.count >= $0.occurrences.count })
        }
    }

    private func damaged(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        guard !bytes.isEmpty else { return bytes }
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            // Headers are where the numbers are.
            let place = Int.random(in: 0..<min(bytes.count, 2000), using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = .random(in: 0...255, using: &random)
            case 1: bytes[place] = 0xFF
            case 2: for index in place..<min(place + 8, bytes.count) { bytes[index] = 0xFF }
            default: bytes.removeLast(min(bytes.count - 1, Int.random(in: 0..<200, using: &random)))
            }
        }
        return bytes
    }

    @Test func nothingIsNoSuccess() async throws {
        let report = try await MemoryFiles(["readme.txt": [1]]).report()
        #expect(report.verdict == .nothingToCheck)
        #expect(report.checked.isEmpty)
    }

    @Test(arguments: ["", "#EXTM3U\n", "#EXTM3U\n#EXT-X-STREAM-INF:\n", "#EXTM3U\n#EXTINF:99999999999999999999,\na\n"])
    func emptyPlaylistsAreReported(_ text: String) async throws {
        let report = try await MemoryFiles(["a.m3u8": Array(text.utf8)]).report()
        #expect(report.verdict != .conforms, "\(report.text)")
    }

    @Test(
        arguments: [
            "../x", "a/../../x", "/x", "//host/x", "http://host/x", "file:///x", "%2e%2e/x", "a%2fb", "a%00b", "x\u{0}",
            "%zz", "", "#a", "a/", "javascript:x",
        ]
    )
    func urisLeadNowhereElse(_ uri: String) throws {
        let base = try #require(MediaPath("stream.m3u8"))
        #expect(base.resolving(uri, origin: nil) == nil)
    }

    @Test func urisResolveAgainstTheirFile() throws {
        let base = try #require(MediaPath("videos/a/720p/stream.m3u8"))
        let origin = "https://a.test:8443"
        #expect(base.resolving("../audio/x%20y.m4s?t=1#a", origin: nil)?.description == "videos/a/audio/x y.m4s?t=1")
        #expect(base.resolving("/x.m4s", origin: origin)?.description == "x.m4s")
        #expect(base.resolving("\(origin)/b/x.m4s", origin: origin)?.description == "b/x.m4s")
        #expect(base.resolving("\(origin).evil/x.m4s", origin: origin) == nil)
        #expect(base.resolving("https://a.test/x.m4s", origin: origin) == nil)
    }

    @Test(
        arguments: [
            "", "<", "<a", "<a>", "<a></b>", "<a/><b/>", "text", "<a b/>", "<a b=c/>", "<a b='1' b='2'/>",
            "<!DOCTYPE a><a/>", "<a>&b;</a>", "<a>&#xFFFFFFFF;</a>", "<a b='<'/>", "<a><![CDATA[x</a>",
            "<a><!-- </a>", String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100),
        ]
    )
    func badXMLIsRefused(_ text: String) {
        #expect(throws: XMLError.self) { try XMLReader.read(Array(text.utf8)) }
    }

    @Test func goodXMLIsRead() throws {
        let text = """
            <?xml version="1.0"?>
            <!-- a -->
            <x:MPD xmlns:x="u" a='1 &lt; "2"'>
              <B c="&#65;&#x42;"/>t &amp; <![CDATA[<u>]]>
            </x:MPD>

            """
        let node = try XMLReader.read(Array(text.utf8))
        #expect(node.name == "MPD" && node.line == 3)
        #expect(node["a"] == "1 < \"2\"" && node.first("B")?["c"] == "AB")
        #expect(node.text.contains("t & ") && node.text.contains("<u>"))
    }

    @Test(arguments: [("PT1M6.006S", 66.006), ("P1DT2H", 93_600), ("PT0S", 0)])
    func durationsAreRead(_ text: String, _ seconds: Double) {
        #expect(ISODuration(text) == ISODuration("PT\(seconds)S"))
        #expect(ISODuration(text)?.seconds == seconds)
    }

    @Test(arguments: ["", "P", "PT", "PT5", "1S", "PT-1S", "PTS", "PT1X", "P1M"])
    func vagueAndBrokenDurationsAreNone(_ text: String) {
        #expect(ISODuration(text)?.isVague ?? true)
    }
}
