/// Reads bits of a NAL unit's payload, most significant first, with emulation prevention taken out.
struct BitReader: Sendable {
    struct Ended: Error {}

    private let bytes: [UInt8]
    private var position = 0

    /// A parameter set is below this by far.
    private static let mostBytes = 4096

    /// ISO/IEC 14496-10 section 7.3.1: after two zeroes a three is left out.
    init(nalPayload: ArraySlice<UInt8>) {
        var bytes: [UInt8] = []
        var zeroes = 0
        for byte in nalPayload.prefix(Self.mostBytes) {
            if zeroes >= 2, byte == 3 {
                zeroes = 0
                continue
            }
            zeroes = byte == 0 ? zeroes + 1 : 0
            bytes.append(byte)
        }
        self.bytes = bytes
    }

    mutating func bit() throws(Ended) -> Int {
        guard position < bytes.count * 8 else { throw Ended() }
        defer { position += 1 }
        return Int(bytes[position / 8] >> UInt8(7 - position % 8) & 1)
    }

    mutating func flag() throws(Ended) -> Bool { try bit() == 1 }

    /// Up to 32 bits.
    mutating func bits(_ count: Int) throws(Ended) -> Int {
        var value = 0
        for _ in 0..<count { value = value << 1 | (try bit()) }
        return value
    }

    mutating func skip(_ count: Int) throws(Ended) {
        guard count >= 0, count <= bytes.count * 8 - position else { throw Ended() }
        position += count
    }

    /// ue(v), ISO/IEC 14496-10 section 9.1; below 2^32.
    mutating func unsigned() throws(Ended) -> Int {
        var zeroes = 0
        while try bit() == 0 {
            zeroes += 1
            guard zeroes < 32 else { throw Ended() }
        }
        return (1 << zeroes) - 1 + (try bits(zeroes))
    }

    /// se(v).
    mutating func signed() throws(Ended) -> Int {
        let code = try unsigned()
        return code % 2 == 1 ? (code + 1) / 2 : -(code / 2)
    }
}
