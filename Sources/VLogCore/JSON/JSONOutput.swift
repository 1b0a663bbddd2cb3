import Foundation

/// JSON text (RFC 8259) that grows as values are encoded.
///
/// `Encodable` never says that a container is complete, so a container that is written to closes those that were opened
/// within it. Not `Sendable`: it lives within one call of `JSONCoding.bytes(of:)`.
final class JSONOutput {
    enum Container { case object, array }

    private var bytes: [UInt8] = []
    private var open: [Container] = []
    /// Whether the next entry of the innermost container is its first.
    private var isFirst = true

    init() { bytes.reserveCapacity(4096) }

    /// How many containers are open.
    var depth: Int { open.count }

    func finish() -> [UInt8] {
        close(downTo: 0)
        return bytes
    }

    /// The container that a value at this depth has opened, opened now unless it is; returns the depth within it.
    func begin(_ container: Container, at depth: Int) -> Int {
        if open.count > depth {
            close(downTo: depth + 1)
        } else {
            bytes.append(container == .object ? UInt8(ascii: "{") : UInt8(ascii: "["))
            open.append(container)
            isFirst = true
        }
        return depth + 1
    }

    /// Makes room for the next entry of the container at this depth.
    func beginEntry(at depth: Int) {
        close(downTo: depth)
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    func beginEntry(_ key: some CodingKey, at depth: Int) {
        beginEntry(at: depth)
        writeName(key.stringValue)
    }

    func writeName(_ name: String) {
        write(name)
        bytes.append(UInt8(ascii: ":"))
    }

    private func close(downTo depth: Int) {
        while open.count > depth, let container = open.popLast() {
            bytes.append(container == .object ? UInt8(ascii: "}") : UInt8(ascii: "]"))
            isFirst = false
        }
    }
}

extension JSONOutput {
    func writeNull() { bytes.append(contentsOf: "null".utf8) }

    func write(_ value: Bool) { bytes.append(contentsOf: (value ? "true" : "false").utf8) }

    func write(_ value: some FixedWidthInteger) { bytes.append(contentsOf: String(value).utf8) }

    /// - Throws: `EncodingError` for what JSON has no word for.
    func write(_ value: Double, at path: [any CodingKey]) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(value, .init(codingPath: path, debugDescription: "not a finite number"))
        }
        if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return write(whole) }
        bytes.append(contentsOf: value.description.utf8)
    }

    func write(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            bytes.append(UInt8(ascii: "\""))
            var start = utf8.startIndex
            for index in utf8.indices {
                let byte = utf8[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                bytes.append(contentsOf: utf8[start..<index])
                writeEscaped(byte)
                start = index + 1
            }
            bytes.append(contentsOf: utf8[start...])
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private func writeEscaped(_ byte: UInt8) {
        let escape: String =
            switch byte {
            case UInt8(ascii: "\""): "\\\""
            case UInt8(ascii: "\\"): "\\\\"
            case 0x08: "\\b"
            case 0x09: "\\t"
            case 0x0A: "\\n"
            case 0x0C: "\\f"
            case 0x0D: "\\r"
            default: byte < 0x10 ? "\\u000" + String(byte, radix: 16) : "\\u00" + String(byte, radix: 16)
            }
        bytes.append(contentsOf: escape.utf8)
    }

    /// RFC 3339 in UTC, to the second.
    func write(_ date: Date) {
        let time = UTCTime(date)
        bytes.append(UInt8(ascii: "\""))
        writeDigits(time.year, count: 4)
        writeTwoDigits(time.month, after: "-")
        writeTwoDigits(time.day, after: "-")
        writeTwoDigits(time.hour, after: "T")
        writeTwoDigits(time.minute, after: ":")
        writeTwoDigits(time.second, after: ":")
        bytes.append(UInt8(ascii: "Z"))
        bytes.append(UInt8(ascii: "\""))
    }

    private func writeTwoDigits(_ value: Int, after mark: Unicode.Scalar) {
        bytes.append(UInt8(ascii: mark))
        bytes.append(UInt8(ascii: "0") + UInt8(value / 10))
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }

    private func writeDigits(_ value: Int, count: Int) {
        let digits = String(value)
        for _ in 0..<max(0, count - digits.utf8.count) { bytes.append(UInt8(ascii: "0")) }
        bytes.append(contentsOf: digits.utf8)
    }

    func write<Value: Encodable>(_ value: Value, at path: [any CodingKey]) throws {
        if let date = value as? Date { return write(date) }
        let start = bytes.count
        let depth = open.count
        try value.encode(to: JSONOutputEncoder(output: self, depth: depth, codingPath: path))
        // A value that asked for no container is an object without entries.
        if bytes.count == start { _ = begin(.object, at: depth) }
    }
}
