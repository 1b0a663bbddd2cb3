/// What a check found, rule by rule.
package struct ConformanceReport: Sendable, Encodable {
    package enum Verdict: String, Sendable, Encodable {
        /// No `must` is broken.
        case conforms
        /// At least one is.
        case fails
        /// There was nothing to check, or it could not be read.
        case nothingToCheck = "nothing_to_check"
    }

    /// One rule, and what broke it.
    package struct Failure: Sendable, Encodable {
        package struct Occurrence: Sendable, Encodable {
            package let place: Place
            package let message: String
        }

        package let rule: ConformanceRule
        /// How often; may be more than are listed.
        package let count: Int
        package let occurrences: [Occurrence]
    }

    package let verdict: Verdict
    /// Ids of the rules that something there could be held against.
    package let checked: [String]
    /// Broken rules, `must` first.
    package let failures: [Failure]
    /// Manifests, segments and other files that were read.
    package let files: Int

    init(_ log: FindingLog, files: Int, foundSomething: Bool) {
        checked = ConformanceRule.all.filter(log.checked.contains).map(\.id)
        let broken = ConformanceRule.all.filter { log.counts[$0] != nil }
        let sorted = broken.filter { $0.severity == .must } + broken.filter { $0.severity == .should }
        failures = sorted.map { rule in
            Failure(
                rule: rule,
                count: log.counts[rule] ?? 0,
                occurrences: log.findings.filter { $0.rule == rule }.map { .init(place: $0.place, message: $0.message) }
            )
        }
        verdict = !foundSomething ? .nothingToCheck : broken.contains { $0.severity == .must } ? .fails : .conforms
        self.files = files
    }
}
