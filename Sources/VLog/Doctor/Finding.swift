/// One thing that `vlog doctor` looked at.
struct Finding: Encodable, Sendable {
    enum Verdict: String, Encodable, Sendable {
        case good
        /// Works, but somebody should know.
        case note
        /// Must be mended before VLog can do its work.
        case mend
    }

    let name: String
    let verdict: Verdict
    /// What was found.
    let found: String
    /// What to do about it.
    var remedy: String?

    var text: String {
        let mark =
            switch verdict {
            case .good: "ok   "
            case .note: "note "
            case .mend: "MEND "
            }
        return "\(mark) \(name): \(found)\n" + (remedy.map { "      → \($0)\n" } ?? "")
    }
}
