extension ConformanceReport {
    private static let mostPerRule = 5

    /// For a terminal: the broken rules with their places, then one line that sums up.
    package var text: String { failures.map(text(of:)).joined() + summary + "\n" }

    private func text(of failure: Failure) -> String {
        let mark = failure.rule.severity == .must ? "FAIL" : "warn"
        var text = "\(mark) \(failure.rule.id)  \(failure.rule.statement)\n             \(failure.rule.source)\n"
        for occurrence in failure.occurrences.prefix(Self.mostPerRule) {
            text += "       \(occurrence.place.text)\n         \(occurrence.message)\n"
        }
        let more = failure.count - Self.mostPerRule
        return text + (more > 0 ? "       and \(more) more\n" : "") + "\n"
    }

    private var summary: String {
        let musts = failures.count { $0.rule.severity == .must }
        let shoulds = failures.count - musts
        let all = "\(checked.count) of \(ConformanceRule.all.count) rules checked in \(files) files"
        switch verdict {
        case .nothingToCheck: return "nothing to check: no playlist and no manifest could be read"
        case .conforms: return "\(all): none broken that must hold" + (shoulds > 0 ? ", \(shoulds) that should" : "")
        case .fails: return "\(all): \(musts) broken that must hold, \(shoulds) that should"
        }
    }
}
