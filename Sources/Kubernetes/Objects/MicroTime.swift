import Foundation

/// A time with microseconds (metav1.MicroTime), as leases and events have it.
package struct MicroTime: Codable, Sendable, Equatable {
    package let date: Date

    /// Cut to whole microseconds, so that it is the same when it comes back.
    package init(_ date: Date) {
        let microseconds = (date.timeIntervalSince1970 * 1_000_000).rounded(.down)
        self.date = Date(timeIntervalSince1970: microseconds / 1_000_000)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let date = MicroTime.parse(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a time")
        }
        self.date = date
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let microseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        let digits = String(rest)
        let fraction = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        try container.encode(whole.dropLast() + "." + fraction + "Z")
    }

    /// The fraction is optional, as in every time of the API.
    private static func parse(_ text: String) -> Date? {
        guard let dot = text.firstIndex(of: ".") else { return try? Date(text, strategy: .iso8601) }
        let fraction = text[text.index(after: dot)...].prefix { $0.isNumber }
        let rest = text[text.index(after: dot)...].dropFirst(fraction.count)
        guard let whole = try? Date(text[..<dot] + rest, strategy: .iso8601), let part = Double("0." + fraction) else {
            return nil
        }
        return whole + part
    }
}
