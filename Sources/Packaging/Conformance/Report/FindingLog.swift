/// Collects which rules were checked and what broke them. What files say of themselves is cleaned on its way in.
struct FindingLog: Sendable {
    private(set) var checked: Set<ConformanceRule> = []
    private(set) var findings: [Finding] = []
    /// How often each rule was broken, those findings included that were not kept.
    private(set) var counts: [ConformanceRule: Int] = [:]

    /// Kept per rule: whoever has more has one cause and not hundreds.
    private static let mostPerRule = 100
    private static let longestMessage = 400

    /// The rule was looked at, whatever came of it.
    mutating func check(_ rule: ConformanceRule) { checked.insert(rule) }

    mutating func report(_ rule: ConformanceRule, _ place: Place, _ message: String) {
        checked.insert(rule)
        let count = counts[rule, default: 0]
        counts[rule] = count + 1
        guard count < Self.mostPerRule else { return }
        findings.append(Finding(rule: rule, place: place, message: Self.cleaned(message)))
    }

    /// Marks the rule as checked, and reports when the condition does not hold.
    mutating func expect(
        _ rule: ConformanceRule,
        _ condition: Bool,
        _ place: @autoclosure () -> Place,
        _ message: @autoclosure () -> String
    ) {
        checked.insert(rule)
        if !condition { report(rule, place(), message()) }
    }

    private static func cleaned(_ message: String) -> String {
        let scalars = message.unicodeScalars.prefix(longestMessage).map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "?"
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
