import Logging
import Postgres
import TestSupport

let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

/// A pool on a fresh database.
func withPool<Output>(
    maximumConnections: Int = 4,
    waitLimit: Duration = .seconds(10),
    _ body: (PostgresPool) async throws -> Output
) async throws -> Output {
    try await TestDatabase.withTemporaryDatabase { configuration in
        try await body(
            PostgresPool(
                configuration: configuration,
                maximumConnections: maximumConnections,
                waitLimit: waitLimit,
                logger: quiet
            )
        )
    }
}

/// Reads one column called `value`.
struct Scalar<Value: PostgresDecodable>: PostgresRowDecodable {
    let value: Value
    init(row: PostgresRow) throws(PostgresError) { value = try row.decode("value") }
}

extension PostgresSession {
    func scalar<Value: PostgresDecodable>(_ type: Value.Type, _ query: SQLQuery) async throws -> Value? {
        try await first(Scalar<Value>.self, query)?.value
    }
}
