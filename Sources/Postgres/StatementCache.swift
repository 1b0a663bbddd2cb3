/// Which statements a connection has prepared; the least recently used one makes room when it is full.
struct StatementCache {
    /// The same text with parameters of other types is another statement to the server.
    struct Key: Hashable {
        let text: String
        let types: [UInt32]
    }

    struct Statement {
        let name: String
        var columns: PostgresColumns?
        fileprivate var lastUse: UInt64
    }

    private let capacity: Int
    private var statements: [Key: Statement] = [:]
    private var clock: UInt64 = 0

    init(capacity: Int) { self.capacity = capacity }

    mutating func find(_ key: Key) -> Statement? {
        guard var statement = statements[key] else { return nil }
        clock += 1
        statement.lastUse = clock
        statements[key] = statement
        return statement
    }

    /// A name that this connection has not used before.
    mutating func nextName() -> String {
        clock += 1
        return "s\(clock)"
    }

    /// - Returns: the name of a statement to deallocate.
    mutating func insert(_ name: String, for key: Key) -> String? {
        clock += 1
        statements[key] = Statement(name: name, columns: nil, lastUse: clock)
        guard statements.count > capacity, let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return nil }
        statements[oldest.key] = nil
        return oldest.value.name
    }

    mutating func remember(_ columns: PostgresColumns, of key: Key) {
        statements[key]?.columns = columns
    }

    /// - Returns: the name to deallocate.
    mutating func remove(_ key: Key) -> String? {
        statements.removeValue(forKey: key)?.name
    }
}
