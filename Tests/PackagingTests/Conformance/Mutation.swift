@testable import Packaging

/// A way to break a good output, and the rule that has to notice.
struct Mutation: Sendable, CustomStringConvertible {
    let rule: String
    var base = GoodOutput.Kind.ladder
    /// What else breaks with it, because two rules look at one thing.
    var also: Set<String> = []
    let description: String
    let apply: @Sendable (inout MemoryFiles) -> Void

    init(
        _ rule: String,
        _ description: String,
        base: GoodOutput.Kind = .ladder,
        also: Set<String> = [],
        _ apply: @escaping @Sendable (inout MemoryFiles) -> Void
    ) {
        self.rule = rule
        self.base = base
        self.also = also
        self.description = "\(rule): \(description)"
        self.apply = apply
    }

    static func replacing(
        _ rule: String,
        _ old: String,
        _ new: String,
        in name: String = "master.m3u8",
        also: Set<String> = []
    ) -> Mutation {
        Mutation(rule, "'\(old)' becomes '\(new)' in \(name)", also: also) { $0.replaceFirst(old, with: new, in: name) }
    }
}
