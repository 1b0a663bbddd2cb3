import Testing

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct ByteRangeTests {
    @Test(arguments: [
        ("bytes=0-9", 0..<10), ("bytes=90-", 90..<100), ("bytes=-10", 90..<100), ("bytes=-1000", 0..<100),
        ("bytes=99-99", 99..<100), ("bytes=50-1000", 50..<100), ("BYTES=1-1", 1..<2),
        ("bytes=0-99999999999999999999999", 0..<100), ("bytes=-99999999999999999999999", 0..<100),
    ])
    func oneRangeIsCutToTheFile(header: String, range: Range<Int64>) {
        #expect(ByteRange(header: header, size: 100) == .part(range))
    }

    @Test(arguments: ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-"])
    func aRangeBehindTheEndCannotBeSatisfied(header: String) {
        #expect(ByteRange(header: header, size: 100) == .unsatisfiable)
    }

    @Test(arguments: [
        nil, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-1", "bytes=1-2,4-5", "bytes=+1-2", "bytes= 1-2",
        "bytes=1-2-3", "lines=1-2", "bytes=--5", "bytes=١-٢", "bytes=0x1-0x2",
    ])
    func whatIsNoSingleRangeIsIgnored(header: String?) {
        #expect(ByteRange(header: header, size: 100) == .whole)
    }

    @Test func aGiantListIsIgnored() {
        let header = "bytes=" + (0..<100_000).map { "\($0)-\($0)" }.joined(separator: ",")
        #expect(ByteRange(header: header, size: 100) == .whole)
    }

    @Test(arguments: ["bytes=0-", "bytes=0-0", "bytes=-1"])
    func nothingOfAnEmptyFileCanBeSent(header: String) {
        #expect(ByteRange(header: header, size: 0) == .unsatisfiable)
    }
}
