/// One assertion about what a packager wrote, with the document that makes it.
package struct ConformanceRule: Sendable, Hashable, Encodable {
    package enum Severity: String, Sendable, Encodable {
        /// Some player will fail.
        case must
        /// Players cope; viewers or caches pay for it.
        case should
    }

    /// `HLS-10`: what reports, tests and issues call it. Never given to another rule.
    package let id: String
    package let severity: Severity
    /// Document and section, for example `RFC 8216bis 4.4.3.1`.
    package let source: String
    /// What holds where the rule is kept.
    package let statement: String

    init(_ id: String, _ severity: Severity, _ source: String, _ statement: String) {
        self.id = id
        self.severity = severity
        self.source = source
        self.statement = statement
    }

    package static func == (left: ConformanceRule, right: ConformanceRule) -> Bool { left.id == right.id }

    package func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// Every rule that files can show, in the order of the families.
    package static let all = playlists + variants + codecs + initializations + segments + manifests + texts
}
