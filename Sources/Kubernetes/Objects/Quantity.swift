/// A number of something with an optional unit, `500m` or `100Gi` (resource.Quantity). Kept as it was written: the API
/// server knows how to compare them, we only pass them on.
package struct Quantity: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    package let text: String

    package init(stringLiteral text: String) { self.text = text }
    package init(integerLiteral count: Int) { text = String(count) }
    package init(_ count: Int) { text = String(count) }
}

extension Quantity: Codable {
    /// A plain number is one too, as YAML makes it of `cpu: 2`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let count = try? container.decode(Int.self) {
            text = String(count)
        } else if let number = try? container.decode(Double.self) {
            text = String(number)
        } else {
            text = try container.decode(String.self)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
