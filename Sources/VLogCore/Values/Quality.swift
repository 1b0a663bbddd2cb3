/// A rung of the ladder, named after the short side of its picture: `1080p` is 1920×1080 or, upright, 1080×1920.
package struct Quality: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Pixels of the short side.
    package let lines: Int

    package var rawValue: String { "\(lines)p" }
    package var description: String { rawValue }

    package init(lines: Int) { self.lines = lines }

    /// Reads `1080p`; nil for anything but 1 to 4 digits and a `p`.
    package init?(rawValue: String) {
        guard rawValue.last == "p", (2...5).contains(rawValue.utf8.count), let lines = Int(rawValue.dropLast()),
            lines > 0,
            rawValue == "\(lines)p"
        else { return nil }
        self.lines = lines
    }

    /// The ladder of the product: what a source is offered in, as far as it is large enough.
    package static let ladder: [Quality] = [2160, 1440, 1080, 720, 480, 360].map(Quality.init(lines:))

    package static func < (left: Quality, right: Quality) -> Bool { left.lines < right.lines }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let quality = Quality(rawValue: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a quality such as 1080p")
        }
        self = quality
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
