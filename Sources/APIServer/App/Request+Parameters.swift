import HTTPTypes
import Hummingbird

extension Request {
    /// The query parameter of that name; nil when absent or empty, 400 when it is there and cannot be read.
    package func query<Value: LosslessStringConvertible>(
        _ name: String,
        as type: Value.Type = Value.self
    ) throws -> Value? {
        guard let text = uri.queryParameters[Substring(name)], !text.isEmpty else { return nil }
        guard let value = Value(String(text)) else { throw APIError.badField(name, "cannot be read.") }
        return value
    }

    /// The query parameter of that name as one of a closed set of words.
    package func queryWord<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        as type: Word.Type = Word.self
    ) throws -> Word? where Word.RawValue == String {
        guard let text = uri.queryParameters[Substring(name)], !text.isEmpty else { return nil }
        guard let word = Word(rawValue: String(text)) else {
            throw APIError.badField(name, "is one of \(Word.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return word
    }

    /// The query parameter of that name as a number within bounds; `otherwise` when it is absent.
    package func query(_ name: String, in range: ClosedRange<Int>, otherwise: Int) throws -> Int {
        guard let number = try query(name, as: Int.self) else { return otherwise }
        guard range.contains(number) else {
            throw APIError.badField(name, "is a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }
}

extension APIContext {
    /// The id in the path under that name; what is not an id names nothing, so it is a 404.
    package func id<ID: LosslessStringConvertible>(_ name: String, of thing: String, as type: ID.Type = ID.self)
        throws -> ID
    {
        guard let text = parameters.get(name), let id = ID(text) else { throw APIError.notFound(thing) }
        return id
    }
}
