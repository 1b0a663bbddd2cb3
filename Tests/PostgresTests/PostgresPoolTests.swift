import Postgres
import Testing

@Suite(.timeLimit(.minutes(2))) struct PostgresPoolTests {
    @Test func rowsAreDecodedInOrder() async throws {
        try await withPool { (pool) async throws in
            let rows = try await pool.all(Scalar<Int>.self, "SELECT i::bigint AS value FROM generate_series(1, 1000) i")
            #expect(rows.map(\.value) == Array(1...1000))
        }
    }

    @Test func executeTellsHowManyRowsChanged() async throws {
        try await withPool { (pool) async throws in
            try await pool.execute("CREATE TABLE t (a bigint)")
            #expect(try await pool.execute("INSERT INTO t SELECT generate_series(1, 7)") == 7)
            #expect(try await pool.execute("DELETE FROM t WHERE a > \(5)") == 2)
        }
    }

    @Test func aUniqueViolationNamesItsConstraint() async throws {
        try await withPool { (pool) async throws in
            try await pool.execute("CREATE TABLE t (slug text CONSTRAINT t_slug UNIQUE)")
            try await pool.execute("INSERT INTO t VALUES (\("secret-slug"))")
            let error = await #expect(throws: PostgresError.self) {
                try await pool.execute("INSERT INTO t VALUES (\("secret-slug"))")
            }
            #expect(error?.isUniqueViolation == true)
            #expect(error?.constraint == "t_slug")
            #expect(error?.isRetryable == false)
            #expect(error?.description.contains("secret-slug") == false)
        }
    }
}
