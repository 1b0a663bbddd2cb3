import Foundation

/// How values are spelt in JSON (RFC 8259 sections 6 and 7).
package struct JSONText: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init(reserving capacity: Int) { bytes.reserveCapacity(capacity) }

    /// JSON that the program writes itself: brackets, names and what is between them.
    package mutating func append(raw text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func append(byte: UInt8) { bytes.append(byte) }

    package mutating func append(_ value: Int64) { append(digits: value.magnitude, isNegative: value < 0) }
    mutating func append(_ value: UInt64) { append(digits: value, isNegative: false) }

    private mutating func append(digits value: UInt64, isNegative: Bool) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 21) { text in
            var start = text.count
            func put(_ byte: UInt8) {
                start -= 1
                text.initializeElement(at: start, to: byte)
            }
            var rest = value
            repeat {
                put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            } while rest > 0
            if isNegative { put(UInt8(ascii: "-")) }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
        }
    }

    /// - Throws: `EncodingError` for what JSON has no word for.
    mutating func append(_ value: Double) throws(EncodingError) {
        guard value.isFinite else {
            throw .invalidValue(value, .init(codingPath: [], debugDescription: "not a finite number"))
        }
        append(finite: value)
    }

    package mutating func append(finite value: Double) {
        if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return append(whole) }
        bytes.append(contentsOf: value.description.utf8)
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(text: UnsafeRawBufferPointer($0)) }
    }

    /// Text in UTF-8, in quotation marks.
    package mutating func append(text utf8: UnsafeRawBufferPointer) {
        append(byte: UInt8(ascii: "\""))
        append(escaping: utf8)
        append(byte: UInt8(ascii: "\""))
    }

    /// A part of a text whose quotation marks are somebody else's.
    package mutating func append(escaping utf8: UnsafeRawBufferPointer) {
        var start = 0
        while let index = utf8.firstEscape(from: start) {
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[start..<index]))
            append(escaped: utf8[index])
            start = index + 1
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[start...]))
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
    package mutating func append(_ date: Date) {
        let time = UTCTime(date)
        append(byte: UInt8(ascii: "\""))
        if time.year < 1000 { append(raw: time.year < 10 ? "000" : time.year < 100 ? "00" : "0") }
        append(Int64(time.year))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 17) { text in
            var end = 0
            func put(_ byte: UInt8) {
                text.initializeElement(at: end, to: byte)
                end += 1
            }
            func put(twoDigits value: Int, after mark: Unicode.Scalar) {
                put(UInt8(ascii: mark))
                put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10))
                put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
            }
            put(twoDigits: time.month, after: "-")
            put(twoDigits: time.day, after: "-")
            put(twoDigits: time.hour, after: "T")
            put(twoDigits: time.minute, after: ":")
            put(twoDigits: time.second, after: ":")
            put(UInt8(ascii: "Z"))
            put(UInt8(ascii: "\""))
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[..<end]))
        }
    }
}

extension UInt8 {
    fileprivate var needsEscape: Bool { self < 0x20 || self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\") }
}

extension UInt64 {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Whether one of its eight bytes needs an escape.
    fileprivate var needsEscape: Bool {
        let quotes = self ^ (Self.ones &* UInt64(UInt8(ascii: "\"")))
        let slashes = self ^ (Self.ones &* UInt64(UInt8(ascii: "\\")))
        // The highest bit of a byte that had none is set by what is taken from it where the byte was less.
        let controls = (self &- Self.ones &* 0x20) & ~self
        return (controls | (quotes &- Self.ones) & ~quotes | (slashes &- Self.ones) & ~slashes) & Self.highBits != 0
    }
}

extension UnsafeRawBufferPointer {
    /// The place of the first byte at or behind `start` that JSON cannot have as it is. Eight bytes at a time: nearly no text
    /// has any.
    fileprivate func firstEscape(from start: Int) -> Int? {
        var index = start
        while index < count {
            if index + 8 <= count, !loadUnaligned(fromByteOffset: index, as: UInt64.self).needsEscape {
                index += 8
                continue
            }
            let end = Swift.min(index + 8, count)
            while index < end {
                if self[index].needsEscape { return index }
                index += 1
            }
        }
        return nil
    }
}
