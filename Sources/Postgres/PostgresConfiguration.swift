/// Where the server is and how long to wait for it.
package struct PostgresConfiguration: Sendable {
    /// A libpq URI (`postgresql://user@host/database`) or keyword string (`host=… dbname=…`); may hold a password.
    package var url: String
    /// Shown in `pg_stat_activity`.
    package var applicationName: String
    /// Per address that the host name resolves to; libpq counts in whole seconds, at least two.
    package var connectTimeout: Duration
    /// The server ends a statement that takes longer. A `statement_timeout` in the URL's `options` wins.
    package var statementTimeout: Duration

    package init(
        url: String,
        applicationName: String = "vlog",
        connectTimeout: Duration = .seconds(5),
        statementTimeout: Duration = .seconds(30)
    ) {
        self.url = url
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }

    /// Whole microseconds, rounded down: PostgreSQL's resolution.
    var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
