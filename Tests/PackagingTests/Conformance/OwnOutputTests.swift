import Testing

@testable import Packaging

@Suite struct OwnOutputTests {
    /// The packager takes sound as it comes; that it is as long as the picture is its caller's duty, and noticed here.
    @Test(arguments: LadderPackagerTests.recipes)
    func whatWePackageBreaksNoRuleThatMustHold(_ recipe: Clip.Recipe) async throws {
        let report = try await MemoryFiles(Packaged(Clip(recipe))).report()
        let isSoundShort = recipe.audioSeconds.map { $0 < recipe.seconds - 0.1 } ?? false
        #expect(report.brokenMusts == (isSoundShort ? ["HLS-14"] : []), "\(report.text)")
    }
}
