import NIOCore
import Testing

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct MultipartParserTests {
    /// A body with a field, a file that is full of things that look like boundaries, and an empty part.
    private static let tricky = Array(
        """
        --XyZ\r
        Content-Disposition: form-data; name="title"\r
        \r
        A film\r
        --XyZ\r
        content-disposition: form-data; name="file"; filename="C:\\films\\a \\"b\\".mp4"\r
        Content-Type: video/mp4\r
        \r
        \r\n--XyY\r\n--Xy\r\r\n-\r\n--\r
        \r
        --XyZ\r
        Content-Disposition: form-data; name=empty\r
        \r
        \r
        --XyZ--\r
        and an epilogue
        """.utf8
    )

    @Test(arguments: 1...40)
    func partsAreTheSameHoweverTheBodyIsCut(size: Int) throws {
        let parts = try Parts(parsing: MultipartParserTests.tricky, boundary: "XyZ") { _ in size }
        #expect(parts.heads.map(\.name) == ["title", "file", "empty"])
        #expect(parts.heads.map(\.filename) == [nil, "a \"b\".mp4", nil])
        #expect(parts.contents == ["A film", "\r\n--XyY\r\n--Xy\r\r\n-\r\n--\r\n", ""])
        #expect(parts.isComplete)
    }

    @Test(arguments: 0..<50)
    func binaryContentSurvivesRandomCuts(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        // Few different bytes, so that beginnings of the boundary are everywhere.
        let alphabet = Array("\r\n-ab".utf8)
        let content = (0..<5000).map { _ in alphabet.randomElement(using: &random) ?? 0 }
        let head = "--abab\r\nContent-Disposition: form-data; name=f; filename=x.mp4\r\n\r\n"
        guard !String(decoding: content, as: UTF8.self).contains("\r\n--abab") else { return }
        let body = Array(head.utf8) + content + Array("\r\n--abab--".utf8)
        let parts = try Parts(parsing: body, boundary: "abab") { _ in Int.random(in: 1...300, using: &random) }
        #expect(parts.contents == [String(decoding: content, as: UTF8.self)])
        #expect(parts.isComplete)
    }

    @Test(arguments: 0..<500)
    func mutatedInputIsParsedOrRefusedNeverMore(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var body = MultipartParserTests.tricky
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let index = Int.random(in: 0..<body.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: body[index] = .random(in: 0...255, using: &random)
            case 1: body.removeSubrange(index..<min(body.count, index + .random(in: 1...20, using: &random)))
            default: body.insert(contentsOf: body.prefix(.random(in: 1...40, using: &random)), at: index)
            }
        }
        do {
            let parts = try Parts(parsing: body, boundary: "XyZ") { _ in Int.random(in: 1...64, using: &random) }
            // Nothing is invented: what came out was in the body.
            #expect(parts.contents.map(\.utf8.count).reduce(0, +) <= 3 * body.count)
        } catch {
            #expect(!error.message.isEmpty)
        }
    }

    @Test func everyPrefixOfABodyIsIncomplete() throws {
        let end = MultipartParserTests.tricky.count - "\r\nand an epilogue".utf8.count
        for length in 0..<end {
            var parser = MultipartParser(boundary: "XyZ")
            _ = try parser.append(ByteBuffer(bytes: MultipartParserTests.tricky[..<length]))
            #expect(throws: MultipartError.self) { try parser.finish() }
        }
    }

    @Test func aBodyWithAnotherBoundaryIsRefusedBeforeItFillsTheMemory() throws {
        var parser = MultipartParser(boundary: "other")
        #expect(throws: MultipartError.self) {
            for _ in 0..<100 { _ = try parser.append(ByteBuffer(repeating: 65, count: 1000)) }
        }
    }

    @Test func aHeadWithoutEndIsRefused() throws {
        var parser = MultipartParser(boundary: "b")
        _ = try parser.append(ByteBuffer(string: "--b\r\nContent-Disposition: "))
        #expect(throws: MultipartError.self) {
            for _ in 0..<100 { _ = try parser.append(ByteBuffer(repeating: 65, count: 1000)) }
        }
    }

    @Test func manyPartsAreRefused() throws {
        var parser = MultipartParser(boundary: "b")
        let part = "--b\r\nContent-Disposition: form-data; name=n\r\n\r\nx\r\n"
        #expect(throws: MultipartError.self) {
            _ = try parser.append(ByteBuffer(string: String(repeating: part, count: 1000)))
        }
    }

    @Test(arguments: [
        "--b\r\n\r\nx\r\n--b--", "--b\r\nContent-Disposition: attachment; name=n\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--b--", "--bc\r\n",
    ])
    func brokenHeadsAreRefused(body: String) {
        var parser = MultipartParser(boundary: "b")
        #expect(throws: MultipartError.self) { _ = try parser.append(ByteBuffer(string: body)) }
    }

    @Test(arguments: [
        ("name=\"f\"; filename=\"a%22b.mp4\"", "a\"b.mp4"), ("name=f; filename=plain.mp4", "plain.mp4"),
        ("filename=\"../../etc/passwd.mp4\"; name=f", "passwd.mp4"), ("name=f; filename=\"ü 日本.mkv\"", "ü 日本.mkv"),
        ("name=f; filename=\"\u{301}x.mp4\"", "\u{301}x.mp4"), ("name=f; filename=\"unclosed.mp4", "unclosed.mp4"),
        ("name=f; filename=\"\"", ""),
    ])
    func fileNamesLoseTheirFoldersAndNothingElse(parameters: String, expected: String) throws {
        let head = try PartHeadParser.parse("Content-Disposition: form-data; \(parameters)")
        #expect(head == PartHead(name: "f", filename: expected))
    }
}

/// What came out of a parser, put together again.
private struct Parts {
    var heads: [PartHead] = []
    var contents: [String] = []
    var isComplete = false

    init(parsing body: [UInt8], boundary: String, size: (Int) -> Int) throws(MultipartError) {
        var parser = MultipartParser(boundary: boundary)
        var rest = body[...]
        while !rest.isEmpty {
            let piece = rest.prefix(size(rest.startIndex))
            rest = rest[piece.endIndex...]
            for event in try parser.append(ByteBuffer(bytes: piece)) { take(event) }
        }
        try parser.finish()
    }

    private mutating func take(_ event: MultipartEvent) {
        switch event {
        case .partBegins(let head):
            heads.append(head)
            contents.append("")
        case .content(let buffer): contents[contents.count - 1] += String(buffer: buffer)
        case .partEnds: isComplete = true
        }
    }
}
