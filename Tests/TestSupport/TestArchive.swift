import CZlib

/// A tar archive put together by hand, so that it may be wrong in every way.
package struct TestArchive: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// A plain file and what fills its last block.
    package func file(_ name: String, _ content: [UInt8] = Array("content".utf8)) -> TestArchive {
        entry(name, size: content.count, content: content)
    }

    /// An entry whose header may say anything, whatever follows it.
    package func entry(
        _ name: String,
        type: Character = "0",
        size: Int = 0,
        sizeField: String? = nil,
        content: [UInt8] = [],
        link: String = "",
        prefix: String = "",
        magic: String = "ustar\u{0}00"
    ) -> TestArchive {
        var block = [UInt8](repeating: 0, count: 512)
        func write(_ text: some Sequence<UInt8>, at offset: Int) {
            for (index, byte) in text.enumerated() { block[offset + index] = byte }
        }
        let octal = String(size, radix: 8)
        write(name.utf8.prefix(100), at: 0)
        write("0000644".utf8, at: 100)
        write((sizeField ?? String(repeating: "0", count: 11 - octal.count) + octal).utf8, at: 124)
        write("        ".utf8, at: 148)
        write(String(type).utf8, at: 156)
        write(link.utf8, at: 157)
        write(magic.utf8, at: 257)
        write(prefix.utf8, at: 345)
        let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
        write((String(repeating: "0", count: 6 - sum.count) + sum + "\u{0} ").utf8, at: 148)
        return raw(block).raw(content).filled()
    }

    /// A pax header with these records, as they are.
    package func pax(_ records: String, type: Character = "x") -> TestArchive {
        entry("pax", type: type, size: records.utf8.count, content: Array(records.utf8))
    }

    /// Any bytes.
    package func raw(_ more: [UInt8]) -> TestArchive {
        var copy = self
        copy.bytes += more
        return copy
    }

    /// The two blocks of zeros.
    package func ended() -> TestArchive { raw([UInt8](repeating: 0, count: 1024)) }

    /// Changes one byte.
    package func changed(at offset: Int) -> TestArchive {
        var copy = self
        copy.bytes[offset] ^= 0x55
        return copy
    }

    /// A gzip member with the whole.
    package var gzipped: [UInt8] { TestArchive.gzip(bytes) }

    /// `KEY=VALUE` with its length before it.
    package static func record(_ key: String, _ value: String) -> String {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count + 1
        while "\(length)\(rest)".utf8.count != length { length += 1 }
        return "\(length)\(rest)"
    }

    /// Compresses as much as zlib can.
    package static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        deflateInit2_(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(bytes.count))) + 64)
        let count = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = uInt(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = uInt(output.count)
                deflate(&stream, Z_FINISH)
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output.prefix(count))
    }

    private func filled() -> TestArchive {
        raw([UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512))
    }
}
