/// Pixels of a JPEG or PNG, read off its first bytes.
struct ImageSize: Sendable, Equatable {
    let width: Int
    let height: Int

    /// Nil for other kinds, and when the header does not lie in these bytes.
    init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), bytes.count >= 24 {
            width = Self.number(bytes[16..<20])
            height = Self.number(bytes[20..<24])
        } else if bytes.starts(with: [0xFF, 0xD8]), let frame = Self.frame(bytes) {
            width = Self.number(bytes[(frame + 7)..<(frame + 9)])
            height = Self.number(bytes[(frame + 5)..<(frame + 7)])
        } else {
            return nil
        }
    }

    /// Where a JPEG's frame header (SOF0 to SOF15 but for DHT, JPG and DAC) begins; its first ten bytes exist.
    private static func frame(_ bytes: [UInt8]) -> Int? {
        var offset = 2
        while offset + 10 <= bytes.count, bytes[offset] == 0xFF {
            let marker = bytes[offset + 1]
            if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) { return offset }
            offset += marker == 0xFF ? 1 : 2 + number(bytes[(offset + 2)..<(offset + 4)])
        }
        return nil
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
