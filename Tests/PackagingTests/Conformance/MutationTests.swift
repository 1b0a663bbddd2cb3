import Testing

@testable import Packaging

@Suite(.serialized) struct MutationTests {
    @Test(arguments: [GoodOutput.Kind.ladder, .coloured, .texts])
    func theGoodOutputsBreakNothing(_ kind: GoodOutput.Kind) async throws {
        let report = try await GoodOutput.shared.files(kind).report()
        #expect(report.failures.isEmpty, "\(report.text)")
        #expect(report.checked.count > 50)
    }

    static let all =
        Mutation.playlists + Mutation.variants + Mutation.boxes + Mutation.manifests + Mutation.texts

    @Test(arguments: all)
    func whatIsBrokenIsReportedUnderItsRule(_ mutation: Mutation) async throws {
        let good = try await GoodOutput.shared.files(mutation.base)
        var files = good
        mutation.apply(&files)
        #expect(files.files != good.files, "the mutation changed nothing")
        let report = try await files.report()
        #expect(report.broken.contains(mutation.rule), "\(report.text)")
        #expect(report.broken.isSubset(of: mutation.also.union([mutation.rule])), "\(report.text)")
        let occurrences = report.failures.flatMap(\.occurrences)
        #expect(occurrences.allSatisfy { $0.message.hasSuffix(".") && !$0.place.file.isEmpty })
    }

    /// What the other suites of this folder show, because it takes another encoder, cut or muxer.
    private static let shownElsewhere: Set = [
        "HLS-20", "HLS-21", "HLS-37", "HLS-39", "COD-02", "COD-03", "INI-04", "INI-09", "SEG-14", "SEG-16", "MPD-11",
    ]

    @Test func everyRuleHasSomethingThatBreaksIt() {
        let ids = ConformanceRule.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(Set(ids) == Set(Self.all.map(\.rule)).union(Self.shownElsewhere))
    }
}
