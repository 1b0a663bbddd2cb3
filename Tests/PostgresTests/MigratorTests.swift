import Logging
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct MigratorTests {
    private static let first = Migration(number: 1, name: "films", sql: "CREATE TABLE films (id bigint)")
    private static let second = Migration(number: 2, name: "titles", sql: "ALTER TABLE films ADD title text")

    @Test func manyAtOnceMigrateOnce() async throws {
        try await TestDatabase.withTemporaryDatabase { database in
            // A step that cannot be run twice.
            try await withThrowingTaskGroup { group in
                for _ in 0..<6 { group.addTask { try await run([Self.first, Self.second], on: database) } }
                try await group.waitForAll()
            }
            try await Migrator(migrations: [Self.first, Self.second]).check(configuration: database)
        }
    }

    @Test func anOldProgramLeavesANewerDatabaseAlone() async throws {
        try await TestDatabase.withTemporaryDatabase { database in
            try await run([Self.first, Self.second], on: database)
            let ran = await #expect(throws: MigrationError.self) { try await run([Self.first], on: database) }
            let checked = await #expect(throws: MigrationError.self) {
                try await Migrator(migrations: [Self.first]).check(configuration: database)
            }
            for error in [ran, checked] {
                #expect(error?.code == .newerDatabase)
                #expect(error?.message.contains("2 (titles)") == true)
                #expect(error?.message.contains("run the newer program") == true)
            }
        }
    }

    @Test func aCheckSaysWhatIsMissingAndMakesNothing() async throws {
        try await TestDatabase.withTemporaryDatabase { database in
            for done in [[], [Self.first]] {
                if !done.isEmpty { try await run(done, on: database) }
                let error = await #expect(throws: MigrationError.self) {
                    try await Migrator(migrations: [Self.first, Self.second]).check(configuration: database)
                }
                #expect(error?.code == .olderDatabase)
                #expect(error?.message.contains("`vlog migrate`") == true)
            }
        }
    }

    @Test func ofAStepThatFailsNothingRemains() async throws {
        try await TestDatabase.withTemporaryDatabase { database in
            let broken = Migration(
                number: 2,
                name: "broken",
                sql: "ALTER TABLE films ADD year int; ALTER TABLE nowhere ADD year int"
            )
            let error = await #expect(throws: MigrationError.self) {
                try await run([Self.first, broken], on: database)
            }
            #expect(error?.code == .failed)
            // The column is not there, nor the note that the step was taken.
            let mended = Migration(number: 2, name: "broken", sql: "ALTER TABLE films ADD year int")
            try await run([Self.first, mended], on: database)
        }
    }

    @Test func aStepThatWasChangedAfterwardsIsNoticed() async throws {
        try await TestDatabase.withTemporaryDatabase { database in
            try await run([Self.first], on: database)
            let changed = Migration(number: 1, name: "films", sql: "CREATE TABLE films (id integer)")
            let error = await #expect(throws: MigrationError.self) { try await run([changed], on: database) }
            #expect(error?.code == .changedMigration)
        }
    }

    private func run(_ migrations: [Migration], on database: PostgresConfiguration) async throws {
        try await Migrator(migrations: migrations)
            .run(configuration: database, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}
