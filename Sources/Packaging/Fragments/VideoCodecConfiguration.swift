/// Codec string (RFC 6381) and bitstream layout from avcC, hvcC or av1C.
struct VideoCodecConfiguration {
    let string: String
    let bitstream: VideoBitstream

    /// ISO/IEC 14496-15 section 5.3.3; the string is profile, constraints and level as they stand.
    static func avc(_ box: BoxReader) throws(PackagingError) -> VideoCodecConfiguration {
        var reader = box
        try requireVersion(1, &reader)
        let string = "avc1." + hex(try reader.take(3))
        let lengthSize = Int(try reader.byte() & 0x03) + 1
        try requireParameterSets(Int(try reader.byte() & 0x1F), &reader)
        try requireParameterSets(Int(try reader.byte()), &reader)
        return VideoCodecConfiguration(string: string, bitstream: .avc(lengthSize: lengthSize))
    }

    /// ISO/IEC 14496-15 section 8.3.3 and annex E.3.
    static func hevc(_ box: BoxReader) throws(PackagingError) -> VideoCodecConfiguration {
        var reader = box
        try requireVersion(1, &reader)
        let profile = try reader.byte()
        let compatibility = bitReversed(try reader.word())
        let constraints = try reader.take(6)
        let level = try reader.byte()
        try reader.skip(8)
        let lengthSize = Int(try reader.byte() & 0x03) + 1
        guard try reader.byte() >= 3 else {
            throw PackagingError(.unsupported, "box hvcC lacks parameter sets")
        }
        let space = ["", "A", "B", "C"][Int(profile >> 6)]
        let tier = profile & 0x20 == 0 ? "L" : "H"
        var parts = ["hvc1", "\(space)\(profile & 0x1F)", String(compatibility, radix: 16, uppercase: true)]
        parts.append("\(tier)\(level)")
        let used = constraints.lastIndex { $0 != 0 }.map { constraints[...$0] } ?? []
        parts += used.map { String($0, radix: 16, uppercase: true) }
        return VideoCodecConfiguration(
            string: parts.joined(separator: "."),
            bitstream: .hevc(lengthSize: lengthSize)
        )
    }

    /// AV1 Codec ISO Media File Format Binding section 5: the long form when chroma or colour is not the default.
    static func av1(_ box: BoxReader, colour: ColourInformation?) throws(PackagingError) -> VideoCodecConfiguration {
        var reader = box
        try requireVersion(0x81, &reader)
        let (first, second) = (try reader.byte(), try reader.byte())
        let (profile, level) = (first >> 5, first & 0x1F)
        let tier = second & 0x80 == 0 ? "M" : "H"
        let depth = second & 0x40 == 0 ? 8 : (profile == 2 && second & 0x20 != 0 ? 12 : 10)
        var string = "av01.\(profile).\(twoDigits(Int(level)))\(tier).\(twoDigits(depth))"
        string += av1Colour(chroma: second, colour)
        return VideoCodecConfiguration(string: string, bitstream: .av1)
    }

    private static func av1Colour(chroma: UInt8, _ colour: ColourInformation?) -> String {
        let (isMonochrome, x, y) = (chroma >> 4 & 1, chroma >> 3 & 1, chroma >> 2 & 1)
        let subsampling = "\(x)\(y)\(x == 1 && y == 1 ? chroma & 0x03 : 0)"
        let codes = [colour?.primaries ?? 1, colour?.transfer ?? 1, colour?.matrix ?? 1].map { $0 == 2 ? 1 : $0 }
        let isFullRange = colour?.isFullRange ?? false
        guard isMonochrome != 0 || subsampling != "110" || codes != [1, 1, 1] || isFullRange else { return "" }
        return ".\(isMonochrome).\(subsampling)." + codes.map(twoDigits).joined(separator: ".")
            + ".\(isFullRange ? 1 : 0)"
    }

    private static func requireVersion(_ version: UInt8, _ reader: inout BoxReader) throws(PackagingError) {
        let found = try reader.byte()
        guard found == version else {
            throw PackagingError(.unsupported, "box \(reader.type) of version \(found)")
        }
    }

    /// Segments carry no parameter sets of their own, so the init must (INI-05).
    private static func requireParameterSets(_ count: Int, _ reader: inout BoxReader) throws(PackagingError) {
        guard count > 0 else { throw PackagingError(.unsupported, "box \(reader.type) lacks parameter sets") }
        for _ in 0..<count { try reader.skip(Int(try reader.half())) }
    }

    private static func bitReversed(_ value: UInt32) -> UInt32 {
        (0..<32).reduce(0) { $0 << 1 | (value >> UInt32($1) & 1) }
    }

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private static func hex(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
