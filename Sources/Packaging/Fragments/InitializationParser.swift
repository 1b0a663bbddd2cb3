/// Reads ftyp and moov of a stream with one track, and refuses what the conformance rules of CMAF and HLS forbid.
struct InitializationParser {
    private let moov: [BoxReader]
    private let trak: [BoxReader]
    private let mdia: [BoxReader]

    /// `ftyp` and `moov` are without their headers; `bytes` are both boxes whole.
    static func parse(
        ftyp: BoxReader,
        moov: BoxReader,
        bytes: [UInt8]
    ) throws(PackagingError) -> InitializationSegment {
        try checkBrands(ftyp)
        return try InitializationParser(moov).segment(bytes)
    }

    private init(_ box: BoxReader) throws(PackagingError) {
        moov = try box.children()
        trak = try moov.only("trak", in: "moov").children()
        mdia = try trak.only("mdia", in: "trak").children()
    }

    private static func checkBrands(_ ftyp: BoxReader) throws(PackagingError) {
        var reader = ftyp
        try reader.skip(8)
        var brands: Set<FourCC> = []
        while reader.remaining > 0 { brands.insert(FourCC(rawValue: try reader.word())) }
        guard brands.isSuperset(of: ["iso6", "cmfc"]) else {
            throw PackagingError(.unsupported, "box ftyp lacks the brand iso6 or cmfc")
        }
    }

    private func segment(_ bytes: [UInt8]) throws(PackagingError) -> InitializationSegment {
        let header = try TrackHeader(trak.only("tkhd", in: "trak"))
        let timescale = try timescale()
        let stbl = try mdia.only("minf", in: "mdia").children().only("stbl", in: "minf").children()
        try checkTablesAreEmpty(stbl)
        let entry = try sampleEntry(stbl.only("stsd", in: "stbl"))
        let format: InitializationSegment.Format =
            switch try handler() {
            case "vide": .video(try VideoSampleEntry.format(entry, header: header))
            case "soun": .audio(try AudioSampleEntry.format(entry))
            case let other: throw PackagingError(.unsupported, "a track with the handler \(other)")
            }
        return InitializationSegment(
            bytes: bytes,
            trackID: header.trackID,
            timescale: timescale,
            mediaTime: try mediaTime(),
            defaults: try defaults(of: header.trackID),
            format: format
        )
    }

    private func timescale() throws(PackagingError) -> Int {
        var reader = try mdia.only("mdhd", in: "mdia")
        let version = try reader.fullHeader().version
        try reader.skip(version == 0 ? 8 : 16)
        let timescale = try reader.count()
        guard (1...10_000_000).contains(timescale) else {
            throw PackagingError(.malformed, "box mdhd has a timescale of \(timescale)")
        }
        return timescale
    }

    private func handler() throws(PackagingError) -> FourCC {
        var reader = try mdia.only("hdlr", in: "mdia")
        try reader.skip(8)
        return FourCC(rawValue: try reader.word())
    }

    private func sampleEntry(_ stsd: BoxReader) throws(PackagingError) -> BoxReader {
        var reader = stsd
        _ = try reader.fullHeader()
        let count = try reader.word()
        let entries = try reader.children()
        guard count == 1, entries.count == 1, let entry = entries.first else {
            throw PackagingError(.unsupported, "box stsd with \(count) sample entries")
        }
        return entry
    }

    /// A fragmented file keeps its samples in moofs (CMAF 7.3).
    private func checkTablesAreEmpty(_ stbl: [BoxReader]) throws(PackagingError) {
        for (type, offset) in [("stts", 4), ("stsz", 8), ("stco", 4)] as [(FourCC, Int)] {
            var reader = try stbl.only(type, in: "stbl")
            try reader.skip(offset)
            guard try reader.word() == 0 else {
                throw PackagingError(.unsupported, "box \(type) has entries: the file is not fragmented")
            }
        }
    }

    /// At most one edit, and none that is empty: players disagree about those.
    private func mediaTime() throws(PackagingError) -> Int {
        guard let edts = trak.first("edts") else { return 0 }
        var reader = try edts.children().only("elst", in: "edts")
        let version = try reader.fullHeader().version
        guard try reader.word() == 1 else { throw PackagingError(.unsupported, "an edit list of several entries") }
        _ = try reader.time(version: version)
        let mediaTime =
            if version == 0 {
                Int(Int32(bitPattern: try reader.word()))
            } else { Int(Int64(bitPattern: try reader.integer(UInt64.self))) }
        guard (0..<1 << 32).contains(mediaTime) else {
            throw PackagingError(.unsupported, "an edit list that starts at \(mediaTime)")
        }
        return mediaTime
    }

    private func defaults(of track: UInt32) throws(PackagingError) -> SampleDefaults {
        var reader = try moov.only("mvex", in: "moov").children().only("trex", in: "mvex")
        _ = try reader.fullHeader()
        guard try reader.word() == track else {
            throw PackagingError(.malformed, "box trex is of a track that does not exist")
        }
        try reader.skip(4)
        return SampleDefaults(duration: try reader.count(), size: try reader.count(), flags: try reader.word())
    }
}
