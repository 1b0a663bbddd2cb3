import Foundation
import Postgres
import Testing

@Suite(.timeLimit(.minutes(2))) struct ValueTests {
    private enum Colour: String, PostgresCodable { case red, green }

    private struct Profile: Codable, Equatable, Sendable {
        let name: String
        let made: Date
    }

    /// Sends a value and reads it back.
    private func echo<Value: PostgresCodable>(_ value: Value, over pool: PostgresPool) async throws -> Value? {
        try await pool.scalar(Value.self, "SELECT \(value) AS value")
    }

    @Test func whatIsBoundComesBack() async throws {
        try await withPool { (pool) async throws in
            #expect(try await echo("päth '\"\\ 🎬", over: pool) == "päth '\"\\ 🎬")
            #expect(try await echo("", over: pool)?.isEmpty == true)
            #expect(try await echo(Int.min, over: pool) == .min)
            #expect(try await echo(Int64.max, over: pool) == .max)
            #expect(try await echo(Int32.min, over: pool) == .min)
            #expect(try await echo(-0.1, over: pool) == -0.1)
            #expect(try await echo(true, over: pool) == true)
            #expect(try await echo([UInt8](0...255), over: pool) == [UInt8](0...255))
            #expect(try await echo(Colour.green, over: pool) == .green)
        }
    }

    @Test func arraysComeBack() async throws {
        try await withPool { (pool) async throws in
            #expect(try await echo(["a", "b,\"{}", ""], over: pool) == ["a", "b,\"{}", ""])
            #expect(try await echo([Int64](), over: pool) == [])
            #expect(try await echo([1, -2, 3], over: pool) == [1, -2, 3])
            #expect(try await echo(["a", nil], over: pool) == ["a", nil])
            #expect(try await pool.scalar([Int].self, "SELECT array[1, 2]::integer[] AS value") == [1, 2])
        }
    }

    @Test func nothingIsNull() async throws {
        try await withPool { (pool) async throws in
            let nothing: String? = nil
            #expect(try await pool.scalar(Bool.self, "SELECT \(nothing) IS NULL AS value") == true)
            #expect(try await pool.scalar(String?.self, "SELECT \(nothing) AS value") == .some(nil))
            #expect(try await pool.scalar(Int?.self, "SELECT 5::bigint AS value") == 5)
        }
    }

    @Test func timesKeepTheirMicroseconds() async throws {
        try await withPool { (pool) async throws in
            let time = Date(timeIntervalSinceReferenceDate: 123_456_789.123456)
            let back = try #require(try await echo(time, over: pool))
            #expect(abs(back.timeIntervalSince(time)) < 0.000_001)
            let text = try await pool.scalar(String.self, "SELECT \(time)::text AS value")
            #expect(text == "2004-11-29 21:33:09.123456+00")
            let later = try await pool.scalar(
                String.self,
                "SELECT (\(time) + \(Duration.milliseconds(90_500)))::text AS value"
            )
            #expect(later == "2004-11-29 21:34:39.623456+00")
        }
    }

    @Test func jsonIsKeptAsAnObject() async throws {
        try await withPool { (pool) async throws in
            let profile = Profile(name: "1080p \"x\"", made: Date(timeIntervalSince1970: 1_700_000_000))
            let back = try await echo(PostgresJSON(profile), over: pool)
            #expect(back?.value == profile)
            let name = try await pool.scalar(String.self, "SELECT \(PostgresJSON(profile))->>'name' AS value")
            #expect(name == profile.name)
        }
    }

    @Test(arguments: ["0", "1", "-1", "9999", "10000", "120000000", "-9223372036854775808", "9223372036854775807"])
    func wholeNumericsAreIntegers(text: String) async throws {
        try await withPool { (pool) async throws in
            #expect(try await pool.scalar(Int.self, "SELECT \(text)::text::numeric AS value") == Int(text))
        }
    }

    @Test(arguments: ["0", "0.5", "-12345.678", "0.00001234", "1e20", "100000000"])
    func numericsAreDoubles(text: String) async throws {
        try await withPool { (pool) async throws in
            let value = try #require(try await pool.scalar(Double.self, "SELECT \(text)::text::numeric AS value"))
            let wanted = try #require(Double(text))
            #expect(abs(value - wanted) <= abs(wanted) * 1e-14)
        }
    }

    @Test func aWrongTypeNamesColumnAndTypes() async throws {
        try await withPool { (pool) async throws in
            let row = try #require(
                try await pool.query("SELECT 'x'::text AS title, NULL::bigint AS size, 300 AS n").first
            )
            func message<Value: PostgresDecodable>(_ column: String, _: Value.Type) -> String? {
                do throws(PostgresError) {
                    _ = try row.decode(column, as: Value.self)
                    return nil
                } catch {
                    return error.code == .decoding ? error.message : nil
                }
            }
            #expect(message("title", Int.self) == "column title of type text cannot be read as Int")
            #expect(message("size", Int.self) == "column size of type bigint cannot be read as Int: it is NULL")
            #expect(message("n", String.self) == "column n of type integer cannot be read as String")
            #expect(
                message("title", Colour.self)
                    == "column title of type text cannot be read as Colour: x is none of its values"
            )
            #expect(message("width", Int.self) == "there is no column width among title, size, n")
        }
    }

    @Test func textWithAZeroByteIsRefusedBeforeItIsSent() async throws {
        try await withPool { (pool) async throws in
            let error = await #expect(throws: PostgresError.self) { try await pool.execute("SELECT \("a\0b")") }
            #expect(error?.code == .decoding)
        }
    }
}
