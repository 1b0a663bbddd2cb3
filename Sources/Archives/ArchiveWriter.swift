import CZlib

/// Writes a tar archive in a gzip member, piece by piece. Pure: what each call returns goes out in that order. Nothing is
/// compressed (DEFLATE's stored blocks, RFC 1951 section 3.2.4), because media does not become shorter; so the length is
/// known before the first byte.
package struct ArchiveWriter {
    /// A file to be put in.
    package struct Entry: Equatable, Sendable {
        package let name: String
        package let size: Int64
        /// SHA-256 in lower-case hexadecimal; `ArchiveReader` tells it with the entry.
        package let sha256: String

        package init(name: String, size: Int64, sha256: String) {
            self.name = name
            self.size = size
            self.sha256 = sha256
        }
    }

    /// Bytes of content per call, but for the last piece of a file. A fixed number, so that the length is known.
    package static let piece = 256 << 10
    private static let longestBlock = 65_535
    /// Magic, DEFLATE, no flags, no time, no hints, Unix (RFC 1952 section 2.3).
    private static let gzipHead: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    private static let lastBlock: [UInt8] = [1, 0, 0, 0xFF, 0xFF]
    private static let gzipTail = 8

    private var checksum = crc32(0, nil, 0)
    private var count: UInt32 = 0

    package init() {}

    /// What the archive begins with.
    package func begin() -> [UInt8] { Self.gzipHead }

    /// What stands before the content of a file.
    package mutating func head(of entry: Entry) -> [UInt8] { stored(TarWriter.head(of: entry)) }

    /// A piece of a file's content: `piece` bytes, or what is left of it.
    package mutating func content(_ bytes: [UInt8]) -> [UInt8] { stored(bytes) }

    /// What stands behind the content of a file.
    package mutating func tail(of entry: Entry) -> [UInt8] { stored(Self.padding(of: entry)) }

    /// What the archive ends with.
    package mutating func end() -> [UInt8] { stored(TarWriter.end) + gzipEnd() }

    /// The end of the gzip member.
    package func gzipEnd() -> [UInt8] {
        Self.lastBlock + Self.littleEndian(UInt32(checksum)) + Self.littleEndian(count)
    }

    /// Bytes of the whole archive of these files.
    package static func length(of entries: [Entry]) -> Int64 {
        var length = Int64(gzipHead.count + lastBlock.count + gzipTail) + storedLength(of: TarWriter.end.count)
        for entry in entries {
            length += storedLength(of: TarWriter.head(of: entry).count)
            length += entry.size / Int64(piece) * storedLength(of: piece)
            length += storedLength(of: Int(entry.size % Int64(piece)))
            length += storedLength(of: padding(of: entry).count)
        }
        return length
    }

    private static func padding(of entry: Entry) -> [UInt8] {
        [UInt8](repeating: 0, count: TarFormat.padding(after: entry.size))
    }

    private static func storedLength(of count: Int) -> Int64 {
        Int64(count + (count + longestBlock - 1) / longestBlock * 5)
    }

    private mutating func stored(_ bytes: [UInt8]) -> [UInt8] {
        checksum = crc32(checksum, bytes, uInt(bytes.count))
        count &+= UInt32(truncatingIfNeeded: bytes.count)
        var output: [UInt8] = []
        output.reserveCapacity(Int(Self.storedLength(of: bytes.count)))
        var rest = bytes[...]
        while !rest.isEmpty {
            let block = rest.prefix(Self.longestBlock)
            let length = UInt16(block.count)
            output.append(0)
            output += [UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8)]
            output += block
            rest = rest.dropFirst(block.count)
        }
        return output
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
