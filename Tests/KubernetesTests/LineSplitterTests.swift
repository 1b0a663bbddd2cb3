import NIOCore
import Testing

@testable import Kubernetes

@Suite(.timeLimit(.minutes(2))) struct LineSplitterTests {
    @Test(arguments: 1...12) func aLineMayComeInPiecesOfAnySize(size: Int) throws {
        let whole = Array("first\n\nsecond\nthird".utf8)
        var splitter = LineSplitter(longest: 100)
        var lines: [String] = []
        for start in stride(from: 0, to: whole.count, by: size) {
            let piece = ByteBuffer(bytes: whole[start..<min(start + size, whole.count)])
            lines += try splitter.split(piece).map { String(buffer: $0) }
        }
        #expect(lines == ["first", "second"])
    }

    @Test func aLineHasABound() throws {
        var splitter = LineSplitter(longest: 10)
        #expect(throws: KubernetesError.self) { try splitter.split(ByteBuffer(string: "01234567890")) }
    }
}
