import Postgres
import Testing

@Suite(.timeLimit(.minutes(2))) struct SQLQueryTests {
    @Test func valuesBecomePlaceholdersInOrder() {
        let name = "x'; DROP TABLE videos"
        let query: SQLQuery = "SELECT \(raw: "id") FROM videos WHERE slug = \(name) AND id > \(7)"
        #expect(query.text == "SELECT id FROM videos WHERE slug = $1 AND id > $2")
    }

    @Test func aConstantIsPartOfTheText() {
        let query: SQLQuery = "SELECT \(1) LIMIT \(constant: 50)"
        #expect(query.text == "SELECT $1 LIMIT 50")
    }

    @Test func anAppendedStatementIsNumberedOn() {
        var query: SQLQuery = "SELECT 1 WHERE \(1) = 1"
        let condition: SQLQuery = " AND \("a") = \("b")"
        query.append(condition)
        query.append("\(condition) LIMIT \(3)")
        #expect(query.text == "SELECT 1 WHERE $1 = 1 AND $2 = $3 AND $4 = $5 LIMIT $6")
    }
}
