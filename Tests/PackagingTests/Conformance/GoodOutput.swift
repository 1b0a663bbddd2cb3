@testable import Packaging

/// Outputs of our own packager that break no rule, each made once; tests break copies of them.
actor GoodOutput {
    enum Kind: Hashable {
        /// Three rungs and sound.
        case ladder
        /// One rung whose pictures say their colour, without sound.
        case coloured
        /// The ladder with subtitles and tiles.
        case texts
    }

    static let shared = GoodOutput()

    private var known: [Kind: MemoryFiles] = [:]

    func files(_ kind: Kind) async throws -> MemoryFiles {
        if let files = known[kind] { return files }
        let files: MemoryFiles =
            switch kind {
            case .ladder: try await MemoryFiles(Packaged(Clip(Clip.Recipe())))
            case .coloured: try await MemoryFiles(Packaged(Clip(Self.colouredRecipe)))
            case .texts: TextFixture.added(to: try await files(.ladder))
            }
        known[kind] = files
        return files
    }

    private static let colouredRecipe: Clip.Recipe = {
        var recipe = Clip.Recipe(rate: (25, 1), frames: 300, framesPerGOP: 50, heights: [180], audioSeconds: nil)
        recipe.encoder += ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"]
        return recipe
    }()
}
