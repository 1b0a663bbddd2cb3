/// A cursor over the inside of one box. Nothing in it is trusted: every read is checked against the box's end.
struct BoxReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    /// For messages.
    let type: FourCC

    /// More children than any box of one track has; a bound against boxes made of nothing but headers.
    private static let mostChildren = 256

    init(_ type: FourCC, _ bytes: ArraySlice<UInt8>) {
        self.type = type
        self.bytes = bytes
        position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }

    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_: T.Type) throws(PackagingError) -> T {
        var value: T = 0
        for byte in try take(T.bitWidth / 8) { value = value << 8 | T(truncatingIfNeeded: byte) }
        return value
    }

    mutating func byte() throws(PackagingError) -> UInt8 { try integer(UInt8.self) }
    mutating func half() throws(PackagingError) -> UInt16 { try integer(UInt16.self) }
    mutating func word() throws(PackagingError) -> UInt32 { try integer(UInt32.self) }

    /// A 32-bit value as an `Int`, which holds it whole.
    mutating func count() throws(PackagingError) -> Int { Int(try word()) }

    mutating func skip(_ count: Int) throws(PackagingError) { _ = try take(count) }

    mutating func take(_ count: Int) throws(PackagingError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw PackagingError(.truncated, "box \(type) ends in the middle of a field")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// The version and flags with which a full box begins.
    mutating func fullHeader() throws(PackagingError) -> (version: UInt8, flags: UInt32) {
        let word = try word()
        return (UInt8(word >> 24), word & 0xFF_FFFF)
    }

    /// A time or duration that is 32 bits wide in version 0 and 64 bits in version 1, below 2^53.
    mutating func time(version: UInt8) throws(PackagingError) -> Int {
        let value = version == 0 ? UInt64(try word()) : try integer(UInt64.self)
        guard value < 1 << 53 else { throw PackagingError(.tooLarge, "box \(type) has a time of \(value) ticks") }
        return Int(value)
    }

    /// Every box from here to the end.
    func children() throws(PackagingError) -> [BoxReader] {
        var cursor = self
        var found: [BoxReader] = []
        while cursor.remaining > 0 {
            guard found.count < Self.mostChildren else {
                throw PackagingError(.tooLarge, "box \(type) has over \(Self.mostChildren) boxes in it")
            }
            found.append(try cursor.nextBox())
        }
        return found
    }

    private mutating func nextBox() throws(PackagingError) -> BoxReader {
        var header = BoxHeaderReader()
        while true {
            guard let parsed = try header.append(try byte()) else { continue }
            return BoxReader(parsed.type, try take(parsed.contentSize))
        }
    }
}

extension [BoxReader] {
    func first(_ type: FourCC) -> BoxReader? { first { $0.type == type } }

    /// The one box of this type; none or several are malformed.
    func only(_ type: FourCC, in parent: FourCC) throws(PackagingError) -> BoxReader {
        let found = filter { $0.type == type }
        guard found.count == 1, let box = found.first else {
            throw PackagingError(.malformed, "box \(parent) has \(found.count) boxes \(type) where one belongs")
        }
        return box
    }
}
