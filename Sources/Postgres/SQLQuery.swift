/// A statement and its bound values: `"SELECT … WHERE id = \(id)"` sends `$1`, never the value's text.
///
/// Every value has the SQL type of its Swift type (`Int` is `bigint`, `String` is `text`); cast where the server wants
/// another: `\(limit)::integer`. Statements are prepared per connection, so keep the text constant.
package struct SQLQuery: ExpressibleByStringInterpolation, Sendable {
    /// The text around the values: always one more than there are arguments.
    private(set) var fragments: [String]
    private(set) var arguments: SQLArguments

    package init(stringLiteral value: String) {
        fragments = [value]
        arguments = SQLArguments()
    }

    package init(stringInterpolation: StringInterpolation) {
        fragments = stringInterpolation.fragments
        arguments = stringInterpolation.arguments
    }

    /// Adds another statement's text and values behind this one's; put the space yourself.
    package mutating func append(_ other: SQLQuery) {
        fragments.append(other, to: &arguments)
    }

    /// The text as the server gets it, with `$1`, `$2`, … in place of the values.
    package var text: String {
        var text = fragments[0]
        for index in 1..<max(1, fragments.count) {
            text += "$\(index)"
            text += fragments[index]
        }
        return text
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var fragments: [String] = [""]
        fileprivate var arguments = SQLArguments()

        package init(literalCapacity: Int, interpolationCount: Int) {
            fragments.reserveCapacity(interpolationCount + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            fragments[fragments.count - 1] += literal
        }

        /// Binds a value.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
            arguments.append(value)
            fragments.append("")
        }

        /// Binds a value, or NULL.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            arguments.append(value)
            fragments.append("")
        }

        /// Inserts text that is part of the program.
        package mutating func appendInterpolation(raw: StaticString) {
            appendLiteral(raw.description)
        }

        /// Inserts a number as text: for what a plan depends on, such as how many rows are wanted. Each number makes a
        /// statement of its own, so there should be few.
        package mutating func appendInterpolation(constant value: Int) {
            appendLiteral(String(value))
        }

        /// Inserts another statement with its values, for a condition that several queries share.
        package mutating func appendInterpolation(_ query: SQLQuery) {
            fragments.append(query, to: &arguments)
        }
    }
}

extension [String] {
    fileprivate mutating func append(_ query: SQLQuery, to arguments: inout SQLArguments) {
        self[count - 1] += query.fragments[0]
        append(contentsOf: query.fragments.dropFirst())
        arguments.append(query.arguments)
    }
}
