/// The parts of a pax archive (`TarFormat`) that are no content.
enum TarWriter {
    /// Two blocks of zeros.
    static let end = [UInt8](repeating: 0, count: 2 * TarFormat.block)
    /// What twelve bytes of a header can say: 8 GiB less one.
    private static let longestPlainSize: Int64 = 0o777_7777_7777

    /// A pax header with the digest, and with what a plain header has no room for, and the plain header. Neither owner
    /// nor time: the same files make the same archive.
    static func head(of entry: ArchiveWriter.Entry) -> [UInt8] {
        var records = record(TarFormat.digestKey, entry.sha256)
        if entry.name.utf8.count > TarFormat.name.count { records += record("path", entry.name) }
        if entry.size > longestPlainSize { records += record("size", "\(entry.size)") }
        let padding = [UInt8](repeating: 0, count: TarFormat.padding(after: Int64(records.count)))
        return header("pax", size: Int64(records.count), type: UInt8(ascii: "x")) + records + padding
            + header(entry.name, size: min(entry.size, longestPlainSize), type: UInt8(ascii: "0"))
    }

    /// `LENGTH KEY=VALUE\n`; the length counts its own digits.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while "\(length)".utf8.count + rest.utf8.count != length { length = "\(length)".utf8.count + rest.utf8.count }
        return Array("\(length)\(rest)".utf8)
    }

    private static func header(_ name: String, size: Int64, type: UInt8) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: TarFormat.block)
        write(Array(name.utf8.prefix(TarFormat.name.count)), to: TarFormat.name, of: &block)
        write(octal(0o644, digits: 7), to: TarFormat.mode, of: &block)
        write(octal(0, digits: 7), to: TarFormat.userID, of: &block)
        write(octal(0, digits: 7), to: TarFormat.groupID, of: &block)
        write(octal(size, digits: 11), to: TarFormat.size, of: &block)
        write(octal(0, digits: 11), to: TarFormat.modified, of: &block)
        block[TarFormat.type] = type
        write(Array("ustar\u{0}".utf8), to: TarFormat.magic, of: &block)
        write(Array("00".utf8), to: TarFormat.version, of: &block)
        let checksum = octal(Int64(TarFormat.checksum(of: block)), digits: 6) + [0, 0x20]
        write(checksum, to: TarFormat.checksum, of: &block)
        return block
    }

    private static func write(_ bytes: [UInt8], to field: Range<Int>, of block: inout [UInt8]) {
        block.replaceSubrange(field.lowerBound..<(field.lowerBound + bytes.count), with: bytes)
    }

    private static func octal(_ value: Int64, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }
}
