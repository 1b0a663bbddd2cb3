import TestSupport
import Testing

@Suite struct CorpusTests {
    @Test func whatFuzzingKeptHoldsForPlainArchives() throws {
        for input in try FuzzCorpus.inputs(of: "tar") {
            #expect(ArchiveInvariants.violation(tar: input.bytes) == nil, "\(input.name)")
        }
    }

    @Test func whatFuzzingKeptHoldsForCompressedOnes() throws {
        for input in try FuzzCorpus.inputs(of: "archive") {
            #expect(ArchiveInvariants.violation(archive: input.bytes) == nil, "\(input.name)")
        }
    }
}
