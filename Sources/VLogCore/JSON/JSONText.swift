import Foundation

/// How values are spelt in JSON (RFC 8259 sections 6 and 7).
struct JSONText {
    var bytes: [UInt8] = []

    mutating func append(_ value: some FixedWidthInteger) { bytes.append(contentsOf: String(value).utf8) }

    /// - Throws: `EncodingError` for what JSON has no word for.
    mutating func append(_ value: Double) throws(EncodingError) {
        guard value.isFinite else {
            throw .invalidValue(value, .init(codingPath: [], debugDescription: "not a finite number"))
        }
        if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return append(whole) }
        bytes.append(contentsOf: value.description.utf8)
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            bytes.append(UInt8(ascii: "\""))
            var start = utf8.startIndex
            for index in utf8.indices where utf8[index].needsEscape {
                bytes.append(contentsOf: utf8[start..<index])
                append(escaped: utf8[index])
                start = index + 1
            }
            bytes.append(contentsOf: utf8[start...])
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private mutating func append(escaped byte: UInt8) {
        let escape: String =
            switch byte {
            case UInt8(ascii: "\""): "\\\""
            case UInt8(ascii: "\\"): "\\\\"
            case 0x08: "\\b"
            case 0x09: "\\t"
            case 0x0A: "\\n"
            case 0x0C: "\\f"
            case 0x0D: "\\r"
            default: (byte < 0x10 ? "\\u000" : "\\u00") + String(byte, radix: 16)
            }
        bytes.append(contentsOf: escape.utf8)
    }

    /// RFC 3339 in UTC, to the second.
    mutating func append(_ date: Date) {
        let time = UTCTime(date)
        bytes.append(UInt8(ascii: "\""))
        let year = String(time.year)
        for _ in 0..<max(0, 4 - year.utf8.count) { bytes.append(UInt8(ascii: "0")) }
        bytes.append(contentsOf: year.utf8)
        append(twoDigits: time.month, after: "-")
        append(twoDigits: time.day, after: "-")
        append(twoDigits: time.hour, after: "T")
        append(twoDigits: time.minute, after: ":")
        append(twoDigits: time.second, after: ":")
        bytes.append(UInt8(ascii: "Z"))
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(twoDigits value: Int, after mark: Unicode.Scalar) {
        bytes.append(UInt8(ascii: mark))
        bytes.append(UInt8(ascii: "0") + UInt8(value / 10))
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }
}

extension UInt8 {
    fileprivate var needsEscape: Bool { self < 0x20 || self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\") }
}
