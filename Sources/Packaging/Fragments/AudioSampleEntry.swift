/// The sound that we serve: AAC in `mp4a`.
enum AudioSampleEntry {
    private static let rates = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
    ]

    static func format(_ entry: BoxReader) throws(PackagingError) -> AudioFormat {
        guard entry.type == "mp4a" else {
            throw PackagingError(.unsupported, "sound in a sample entry \(entry.type)")
        }
        var reader = entry
        try reader.skip(16)
        let entryChannels = Int(try reader.half())
        try reader.skip(10)
        return try format(esds: reader.children().only("esds", in: "mp4a"), entryChannels: entryChannels)
    }

    /// ISO/IEC 14496-1 section 7.2.6: an ES descriptor holds a decoder configuration, which holds the AAC's own.
    private static func format(esds: BoxReader, entryChannels: Int) throws(PackagingError) -> AudioFormat {
        var reader = esds
        _ = try reader.fullHeader()
        var stream = try descriptor(3, in: &reader)
        try stream.skip(2)
        let flags = try stream.byte()
        if flags & 0x80 != 0 { try stream.skip(2) }
        if flags & 0x40 != 0 { try stream.skip(Int(try stream.byte())) }
        if flags & 0x20 != 0 { try stream.skip(2) }
        var configuration = try descriptor(4, in: &stream)
        guard try configuration.byte() == 0x40 else { throw PackagingError(.unsupported, "sound that is not AAC") }
        try configuration.skip(12)
        return try aac(try descriptor(5, in: &configuration), entryChannels: entryChannels)
    }

    private static func descriptor(_ tag: UInt8, in reader: inout BoxReader) throws(PackagingError) -> BoxReader {
        guard try reader.byte() == tag else {
            throw PackagingError(.malformed, "box esds lacks the descriptor \(tag)")
        }
        var length = 0
        for _ in 0..<4 {
            let byte = try reader.byte()
            length = length << 7 | Int(byte & 0x7F)
            if byte & 0x80 == 0 { return BoxReader("esds", try reader.take(length)) }
        }
        throw PackagingError(.malformed, "box esds has a descriptor without an end to its length")
    }

    /// AudioSpecificConfig, ISO/IEC 14496-3 section 1.6.2.1: 5 bits of object type, 4 of rate, 4 of channels.
    private static func aac(_ configuration: BoxReader, entryChannels: Int) throws(PackagingError) -> AudioFormat {
        var reader = configuration
        let bits = Int(try reader.half())
        let (objectType, rate, layout) = (bits >> 11, bits >> 7 & 0x0F, bits >> 3 & 0x0F)
        guard objectType == 2, rates.indices.contains(rate) else {
            throw PackagingError(.unsupported, "AAC of object type \(objectType) with rate index \(rate)")
        }
        let channels = layout == 0 ? entryChannels : layout == 7 ? 8 : layout
        guard (1...8).contains(channels) else {
            throw PackagingError(.unsupported, "sound of \(channels) channels")
        }
        return AudioFormat(codec: "mp4a.40.\(objectType)", sampleRate: rates[rate], channels: channels)
    }
}
