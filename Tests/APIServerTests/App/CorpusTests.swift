import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct CorpusTests {
    @Test func whatFuzzingKeptHoldsForForms() throws {
        for input in try FuzzCorpus.inputs(of: "multipart") {
            #expect(MultipartInvariants.violation(input.bytes) == nil, "\(input.name)")
        }
    }

    @Test func whatFuzzingKeptHoldsForPathsDigestsAndRanges() throws {
        for input in try FuzzCorpus.inputs(of: "names") {
            #expect(NameInvariants.violation(input.bytes) == nil, "\(input.name)")
        }
    }
}
