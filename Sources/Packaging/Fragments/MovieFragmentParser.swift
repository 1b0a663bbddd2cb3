/// A moof, before its mdat: when and what its samples are.
struct MovieFragment: Sendable {
    let start: Int
    let samples: [Sample]
    /// Bytes from the moof's first to the first sample's first.
    let dataOffset: Int
    /// Bytes of all samples.
    let dataSize: Int
}

/// Reads a moof of one track whose samples lie in the next mdat without a gap (SEG-01, SEG-02).
struct MovieFragmentParser {
    private let initialization: InitializationSegment
    private var samples: [Sample] = []
    private var dataOffset: Int?
    private var dataSize = 0

    /// Half an hour of 60 frames per second; a fragment of ours is two seconds.
    private static let mostSamples = 108_000
    /// Two seconds at half a gigabit per second.
    static let largestData = 128 << 20

    static func parse(
        _ moof: BoxReader,
        of initialization: InitializationSegment
    ) throws(PackagingError) -> MovieFragment {
        var parser = MovieFragmentParser(initialization: initialization)
        return try parser.fragment(moof)
    }

    private init(initialization: InitializationSegment) { self.initialization = initialization }

    private mutating func fragment(_ moof: BoxReader) throws(PackagingError) -> MovieFragment {
        let traf = try moof.children().only("traf", in: "moof").children()
        let defaults = try defaults(traf.only("tfhd", in: "traf"))
        var tfdt = try traf.only("tfdt", in: "traf")
        let version = try tfdt.fullHeader().version
        let start = try tfdt.time(version: version)
        for trun in traf where trun.type == "trun" { try append(trun, defaults) }
        guard let dataOffset, !samples.isEmpty else {
            throw PackagingError(.malformed, "a fragment without samples")
        }
        return MovieFragment(start: start, samples: samples, dataOffset: dataOffset, dataSize: dataSize)
    }

    /// ISO/IEC 14496-12 section 8.8.7.
    private func defaults(_ tfhd: BoxReader) throws(PackagingError) -> SampleDefaults {
        var reader = tfhd
        let flags = try reader.fullHeader().flags
        guard flags & 0x02_0000 != 0, flags & 0x01 == 0 else {
            throw PackagingError(.unsupported, "a fragment whose data offsets do not count from its moof")
        }
        guard try reader.word() == initialization.trackID else {
            throw PackagingError(.malformed, "a fragment of a track that does not exist")
        }
        if flags & 0x02 != 0 { try reader.skip(4) }
        var defaults = initialization.defaults
        if flags & 0x08 != 0 { defaults.duration = try reader.count() }
        if flags & 0x10 != 0 { defaults.size = try reader.count() }
        if flags & 0x20 != 0 { defaults.flags = try reader.word() }
        return defaults
    }

    /// ISO/IEC 14496-12 section 8.8.8.
    private mutating func append(_ trun: BoxReader, _ defaults: SampleDefaults) throws(PackagingError) {
        var reader = trun
        let (version, flags) = try reader.fullHeader()
        let count = try reader.count()
        guard samples.count + count <= Self.mostSamples else {
            throw PackagingError(.tooLarge, "a fragment of over \(Self.mostSamples) samples")
        }
        if flags & 0x01 != 0 { try place(at: reader.count()) }
        var first: SampleDefaults = defaults
        if flags & 0x04 != 0 { first.flags = try reader.word() }
        for index in 0..<count {
            try append(sample(&reader, version, flags, index == 0 ? first : defaults))
        }
    }

    private mutating func place(at offset: Int) throws(PackagingError) {
        guard let dataOffset else {
            dataOffset = offset
            return
        }
        guard offset == dataOffset + dataSize else {
            throw PackagingError(.unsupported, "a fragment whose samples do not follow each other")
        }
    }

    private func sample(
        _ reader: inout BoxReader,
        _ version: UInt8,
        _ flags: UInt32,
        _ defaults: SampleDefaults
    ) throws(PackagingError) -> Sample {
        let duration = flags & 0x100 != 0 ? try reader.count() : defaults.duration
        let size = flags & 0x200 != 0 ? try reader.count() : defaults.size
        let sampleFlags = flags & 0x400 != 0 ? try reader.word() : defaults.flags
        var offset = 0
        if flags & 0x800 != 0 {
            let word = try reader.word()
            offset = version == 0 ? Int(word) : Int(Int32(bitPattern: word))
        }
        let isSync = sampleFlags & 0x1_0000 == 0
        return Sample(duration: duration, size: size, compositionOffset: offset, isSync: isSync)
    }

    private mutating func append(_ sample: Sample) throws(PackagingError) {
        dataSize += sample.size
        guard dataSize <= Self.largestData else {
            throw PackagingError(.tooLarge, "a fragment of over \(Self.largestData) bytes")
        }
        guard sample.duration > 0, sample.size > 0 else {
            throw PackagingError(.malformed, "a sample of \(sample.duration) ticks and \(sample.size) bytes")
        }
        samples.append(sample)
    }
}
