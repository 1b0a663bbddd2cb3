extension SequenceParameters {
    /// ISO/IEC 14496-10 section 7.3.2.1.1; `unit` is the NAL unit with its header byte.
    static func avc(_ unit: ArraySlice<UInt8>) throws(BitReader.Ended) -> SequenceParameters {
        var bits = BitReader(nalPayload: unit.dropFirst())
        let profile = try bits.bits(8)
        try bits.skip(8)
        let level = try bits.bits(8)
        _ = try bits.unsigned()
        let sampling = try sampling(&bits, profile: profile)
        _ = try bits.unsigned()
        try skipOrderCount(&bits)
        _ = try bits.unsigned()
        try bits.skip(1)
        let (widthInBlocks, heightInUnits) = (try bits.unsigned() + 1, try bits.unsigned() + 1)
        let isProgressive = try bits.flag()
        if !isProgressive { try bits.skip(1) }
        try bits.skip(1)
        let crop = try crop(&bits)
        let (unitX, unitY) = (sampling.chroma == 0 || sampling.chroma == 3 ? 1 : 2, sampling.chroma == 1 ? 2 : 1)
        let rows = isProgressive ? 1 : 2
        var parameters = SequenceParameters(
            profile: profile,
            level: level,
            chromaFormat: sampling.chroma,
            bitDepth: sampling.depth,
            width: widthInBlocks * 16 - crop.horizontal * unitX,
            height: heightInUnits * 16 * rows - crop.vertical * unitY * rows,
            isProgressive: isProgressive
        )
        try parameters.checkSize()
        if try bits.flag() {
            parameters.pixelShape = try pixelShape(&bits)
            parameters.colour = try colour(&bits)
        }
        return parameters
    }

    /// Chroma format, bit depth and the scaling lists of the high profiles.
    private static func sampling(
        _ bits: inout BitReader,
        profile: Int
    ) throws(BitReader.Ended) -> (chroma: Int, depth: Int) {
        guard [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135].contains(profile) else { return (1, 8) }
        let chroma = try bits.unsigned()
        if chroma == 3 { try bits.skip(1) }
        let depth = try bits.unsigned() + 8
        _ = try bits.unsigned()
        try bits.skip(1)
        if try bits.flag() {
            for index in 0..<(chroma == 3 ? 12 : 8) where try bits.flag() {
                try skipScalingList(&bits, size: index < 6 ? 16 : 64)
            }
        }
        return (chroma, depth)
    }

    private static func skipScalingList(_ bits: inout BitReader, size: Int) throws(BitReader.Ended) {
        var (last, next) = (8, 8)
        for _ in 0..<size {
            if next != 0 { next = (last + (try bits.signed()) + 256) & 0xFF }
            if next != 0 { last = next }
        }
    }

    private static func skipOrderCount(_ bits: inout BitReader) throws(BitReader.Ended) {
        switch try bits.unsigned() {
        case 0: _ = try bits.unsigned()
        case 1:
            try bits.skip(1)
            for _ in 0..<2 { _ = try bits.signed() }
            for _ in 0..<min(try bits.unsigned(), 255) { _ = try bits.signed() }
        default: break
        }
    }

    static func crop(_ bits: inout BitReader) throws(BitReader.Ended) -> (horizontal: Int, vertical: Int) {
        guard try bits.flag() else { return (0, 0) }
        let (left, right) = (try bits.unsigned(), try bits.unsigned())
        return (left + right, try bits.unsigned() + (try bits.unsigned()))
    }
}
