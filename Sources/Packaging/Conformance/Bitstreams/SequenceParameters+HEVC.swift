extension SequenceParameters {
    /// ITU-T H.265 section 7.3.2.2; `unit` is the NAL unit with its two header bytes.
    static func hevc(_ unit: ArraySlice<UInt8>) throws(BitReader.Ended) -> SequenceParameters {
        var bits = BitReader(nalPayload: unit.dropFirst(2))
        try bits.skip(4)
        let subLayers = try bits.bits(3)
        try bits.skip(1)
        let general = try profileTierLevel(&bits, subLayers: subLayers)
        _ = try bits.unsigned()
        let chroma = try bits.unsigned()
        if chroma == 3 { try bits.skip(1) }
        let (width, height) = (try bits.unsigned(), try bits.unsigned())
        let crop = try crop(&bits)
        let depth = try bits.unsigned() + 8
        _ = try bits.unsigned()
        let orderBits = try bits.unsigned() + 4
        let hasAllLayers = try bits.flag()
        for _ in 0..<(hasAllLayers ? subLayers + 1 : 1) * 3 { _ = try bits.unsigned() }
        for _ in 0..<6 { _ = try bits.unsigned() }
        try skipTools(&bits, orderBits: orderBits)
        var parameters = SequenceParameters(
            profile: general.profile,
            level: general.level,
            chromaFormat: chroma,
            bitDepth: depth,
            width: width - crop.horizontal * (chroma == 1 || chroma == 2 ? 2 : 1),
            height: height - crop.vertical * (chroma == 1 ? 2 : 1),
            isProgressive: !general.isInterlaced
        )
        try parameters.checkSize()
        if try bits.flag() {
            parameters.pixelShape = try pixelShape(&bits)
            parameters.colour = try colour(&bits)
        }
        return parameters
    }

    private static func profileTierLevel(
        _ bits: inout BitReader,
        subLayers: Int
    ) throws(BitReader.Ended) -> (profile: Int, level: Int, isInterlaced: Bool) {
        try bits.skip(3)
        let profile = try bits.bits(5)
        try bits.skip(32)
        let (isProgressive, isInterlaced) = (try bits.flag(), try bits.flag())
        try bits.skip(46)
        let level = try bits.bits(8)
        var present: [(profile: Bool, level: Bool)] = []
        for _ in 0..<subLayers { present.append((try bits.flag(), try bits.flag())) }
        if subLayers > 0 { try bits.skip(2 * (8 - subLayers)) }
        for layer in present { try bits.skip((layer.profile ? 88 : 0) + (layer.level ? 8 : 0)) }
        return (profile, level, isInterlaced && !isProgressive)
    }

    /// Everything from the scaling lists to the VUI flag.
    private static func skipTools(_ bits: inout BitReader, orderBits: Int) throws(BitReader.Ended) {
        if try bits.flag(), try bits.flag() { try skipScalingLists(&bits) }
        try bits.skip(2)
        if try bits.flag() {
            try bits.skip(8)
            for _ in 0..<2 { _ = try bits.unsigned() }
            try bits.skip(1)
        }
        try skipReferenceSets(&bits)
        if try bits.flag() {
            for _ in 0..<min(try bits.unsigned(), 32) { try bits.skip(orderBits + 1) }
        }
        try bits.skip(2)
    }

    private static func skipScalingLists(_ bits: inout BitReader) throws(BitReader.Ended) {
        for size in 0..<4 {
            for _ in stride(from: 0, to: 6, by: size == 3 ? 3 : 1) {
                guard try bits.flag() else {
                    _ = try bits.unsigned()
                    continue
                }
                if size > 1 { _ = try bits.signed() }
                for _ in 0..<min(64, 1 << (4 + size * 2)) { _ = try bits.signed() }
            }
        }
    }

    /// Section 7.3.7; a set may be told as a difference to the one before, of which only the size matters here.
    private static func skipReferenceSets(_ bits: inout BitReader) throws(BitReader.Ended) {
        var previous = 0
        for index in 0..<min(try bits.unsigned(), 64) {
            if index > 0, try bits.flag() {
                try bits.skip(1)
                _ = try bits.unsigned()
                var kept = 0
                for _ in 0...previous {
                    let isUsed = try bits.flag()
                    let isKept = isUsed ? true : try bits.flag()
                    if isKept { kept += 1 }
                }
                previous = kept
            } else {
                let count = try bits.unsigned() + (try bits.unsigned())
                guard count <= 32 else { throw BitReader.Ended() }
                for _ in 0..<count {
                    _ = try bits.unsigned()
                    try bits.skip(1)
                }
                previous = count
            }
        }
    }
}
