/// Appends boxes to a byte array; sizes are filled in when a box's closure returns.
struct BoxWriter {
    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func integer(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func fourCC(_ value: FourCC) { integer(value.rawValue) }

    mutating func append(_ slice: ArraySlice<UInt8>) { bytes.append(contentsOf: slice) }

    mutating func box(_ type: FourCC, _ content: (inout BoxWriter) -> Void) {
        let start = bytes.count
        integer(UInt32(0))
        fourCC(type)
        content(&self)
        overwrite(UInt32(clamping: bytes.count - start), at: start)
    }

    mutating func fullBox(
        _ type: FourCC,
        version: UInt8 = 0,
        flags: UInt32 = 0,
        _ content: (inout BoxWriter) -> Void
    ) {
        box(type) { writer in
            writer.integer(UInt32(version) << 24 | flags)
            content(&writer)
        }
    }

    mutating func overwrite(_ value: UInt32, at offset: Int) {
        for (index, shift) in [24, 16, 8, 0].enumerated() {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(shift))
        }
    }
}
