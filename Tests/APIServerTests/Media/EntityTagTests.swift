import Testing

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct EntityTagTests {
    private let tag = EntityTag(opaque: "a-1")

    @Test(arguments: ["\"a-1\"", "*", "\"x\", \"a-1\"", "\"x\",\"a-1\" ,\"y\"", "\t\"a-1\""])
    func aListThatHoldsItNamesIt(list: String) {
        #expect(tag.isNamed(in: list, .strong))
        #expect(tag.isNamed(in: list, .weak))
    }

    @Test(arguments: ["", "a-1", "\"a-2\"", "\"a\", \"1\"", "w/\"a-1\"", "\"a-1"])
    func anotherListDoesNot(list: String) {
        #expect(!tag.isNamed(in: list, .strong))
        #expect(!tag.isNamed(in: list, .weak))
    }

    @Test func aWeakTagCountsWhereBytesDoNotMatter() {
        #expect(tag.isNamed(in: "W/\"a-1\"", .weak))
        #expect(!tag.isNamed(in: "W/\"a-1\"", .strong))
    }

    @Test func aGiantListNamesNothing() {
        #expect(!tag.isNamed(in: String(repeating: "\"x\",", count: 100_000) + "\"a-1\"", .weak))
    }
}
