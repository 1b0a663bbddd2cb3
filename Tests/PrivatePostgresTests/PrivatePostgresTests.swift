import Postgres
import TestSupport
import Testing

@Suite struct PrivatePostgresTests {
    @Test func smoke() async throws {
        try await TestDatabase.withTemporaryDatabase { configuration in
            print(configuration.url)
        }
    }
}
