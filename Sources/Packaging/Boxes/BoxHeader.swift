/// Size and type of a box (ISO/IEC 14496-12 section 4.2).
struct BoxHeader: Sendable, Equatable {
    let type: FourCC
    /// Bytes of the header itself: 8, or 16 with a 64-bit size.
    let headerSize: Int
    /// Bytes after the header.
    let contentSize: Int

    var totalSize: Int { headerSize + contentSize }
}

/// Collects a box header byte by byte, so that it may be split over any two reads.
struct BoxHeaderReader: Sendable {
    private var size: UInt64 = 0
    private var type: UInt32 = 0
    private var count = 0
    private var isLong = false

    /// Whether nothing of a header came yet.
    var isEmpty: Bool { count == 0 }

    /// A file over this is none of ours, whatever it says.
    private static let largestBox: UInt64 = 1 << 40

    /// The header once it is whole. A size of zero ("to the end of the file") cannot be in a stream of fragments.
    mutating func append(_ byte: UInt8) throws(PackagingError) -> BoxHeader? {
        switch count {
        case 0..<4: size = size << 8 | UInt64(byte)
        case 4..<8: type = type << 8 | UInt32(byte)
        default: size = size << 8 | UInt64(byte)
        }
        count += 1
        if count == 8, size == 1 {
            size = 0
            isLong = true
        }
        guard count == (isLong ? 16 : 8) else { return nil }
        return try header()
    }

    private func header() throws(PackagingError) -> BoxHeader {
        let name = FourCC(rawValue: type)
        guard size <= Self.largestBox else { throw PackagingError(.tooLarge, "box \(name) of \(size) bytes") }
        guard size >= UInt64(count) else {
            throw PackagingError(.malformed, "box \(name) says it is \(size) bytes long")
        }
        return BoxHeader(type: name, headerSize: count, contentSize: Int(size) - count)
    }
}
