/// One numbered step of a database's schema. Once released, its text never changes.
package struct Migration: Sendable {
    package let number: Int
    package let name: String
    /// Any number of statements; run in one transaction.
    package let sql: String

    package init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}

/// Why a database cannot be brought to the program's schema; the message tells a person what to do.
package struct MigrationError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The database has steps that this program does not know.
        case newerDatabase
        /// The database lacks steps of this program.
        case olderDatabase
        /// A step that is in the database reads differently in this program.
        case changedMigration
        /// The step's statements failed; nothing of it remains.
        case failed
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package var description: String { "\(code.rawValue): \(message)" + (cause.map { " (cause: \($0))" } ?? "") }
}
