import CLibPQ
import Glibc

/// What `PQconnectdbParams` gets: our defaults, then the URL, then what must not be changed by it.
struct ConnectionParameters {
    private let keywords: [(name: String, value: String)]

    init(_ configuration: PostgresConfiguration) throws(PostgresError) {
        let timeout = configuration.statementTimeout
        let ours = "-c TimeZone=UTC -c statement_timeout=\(timeout.milliseconds)"
        let theirs = try Self.options(in: configuration.url)
        keywords = [
            ("application_name", configuration.applicationName),
            ("connect_timeout", String(max(2, configuration.connectTimeout.components.seconds))),
            // A peer that vanished without a word is noticed some time after the statement timeout.
            ("keepalives_idle", "30"),
            ("keepalives_interval", "10"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", String(timeout.milliseconds + 30_000)),
            ("dbname", configuration.url),
            ("options", theirs.map { "\(ours) \($0)" } ?? ours),
            ("client_encoding", "UTF8"),
        ]
    }

    /// The arrays end with a null pointer each.
    func withPointers<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let names = keywords.map { strdup($0.name) }
        let values = keywords.map { strdup($0.value) }
        defer { for copy in names + values { free(copy) } }
        let nameList = names.map { UnsafePointer($0) } + [nil]
        let valueList = values.map { UnsafePointer($0) } + [nil]
        return body(nameList, valueList)
    }

    /// The `options` of the URL, which checks the URL on the way.
    private static func options(in url: String) throws(PostgresError) -> String? {
        var complaint: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(url, &complaint) else {
            defer { PQfreemem(complaint) }
            // libpq quotes the word it stumbled over, which may be a password.
            throw PostgresError(.connectionFailed, "the database URL cannot be read", isTransientFailure: false)
        }
        defer { PQconninfoFree(parsed) }
        var option = parsed
        while let keyword = option.pointee.keyword {
            if String(cString: keyword) == "options" { return option.pointee.val.map { String(cString: $0) } }
            option += 1
        }
        return nil
    }
}
