/// Reads ftyp and moov without refusing what rules forbid: they are to be told of, not stumbled over.
struct InitializationReader {
    private var facts = InitializationFacts()

    private static let mostTracks = 32
    private static let identity: [UInt32] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]

    static func read(_ bytes: [UInt8]) -> InitializationFacts {
        var reader = InitializationReader()
        reader.take(bytes)
        return reader.facts
    }

    private mutating func take(_ bytes: [UInt8]) {
        let walk = PlacedBox.walk(bytes)
        facts.boxes = walk.boxes
        if let problem = walk.problem { facts.problems.append(problem.message) }
        for box in walk.boxes {
            do {
                switch box.type {
                case "ftyp": try takeBrands(box.reader(bytes))
                case "moov": try takeMovie(box.reader(bytes))
                default: continue
                }
            } catch { facts.problems.append("\(error.message).") }
        }
    }

    private mutating func takeBrands(_ ftyp: BoxReader) throws(PackagingError) {
        var reader = ftyp
        facts.brands.insert(FourCC(rawValue: try reader.word()))
        try reader.skip(4)
        while reader.remaining >= 4 { facts.brands.insert(FourCC(rawValue: try reader.word())) }
    }

    private mutating func takeMovie(_ moov: BoxReader) throws(PackagingError) {
        let boxes = try moov.children()
        if var header = boxes.first("mvhd") {
            let version = try header.fullHeader().version
            try header.skip(version == 0 ? 12 : 20)
            facts.movieDuration = try Self.time(&header, version)
        }
        for mvex in boxes where mvex.type == "mvex" {
            facts.hasMovieExtends = true
            for trex in try mvex.children() where trex.type == "trex" { try takeDefaults(trex) }
        }
        for trak in boxes.filter({ $0.type == "trak" }).prefix(Self.mostTracks) {
            var track = InitializationFacts.Track()
            do { try read(trak, into: &track) } catch { facts.problems.append("\(error.message).") }
            facts.tracks.append(track)
        }
    }

    private mutating func takeDefaults(_ trex: BoxReader) throws(PackagingError) {
        var reader = trex
        try reader.skip(4)
        let track = try reader.word()
        try reader.skip(4)
        facts.defaults[track] = SampleDefaults(
            duration: try reader.count(),
            size: try reader.count(),
            flags: try reader.word()
        )
    }

    private func read(_ trak: BoxReader, into track: inout InitializationFacts.Track) throws(PackagingError) {
        let boxes = try trak.children()
        if let box = boxes.first("tkhd") { try readHeader(box, into: &track) }
        if let edts = boxes.first("edts"), let elst = try edts.children().first("elst") {
            track.edits = try edits(elst)
        }
        guard let mdia = boxes.first("mdia") else { return }
        let media = try mdia.children()
        if var header = media.first("mdhd") {
            let version = try header.fullHeader().version
            try header.skip(version == 0 ? 8 : 16)
            track.timescale = max(1, try header.count())
            track.durations.append(try Self.time(&header, version))
        }
        if var handler = media.first("hdlr") {
            try handler.skip(8)
            track.handler = FourCC(rawValue: try handler.word())
        }
        if let stbl = try media.first("minf")?.children().first("stbl") { try readTables(stbl, into: &track) }
    }

    private func readHeader(_ tkhd: BoxReader, into track: inout InitializationFacts.Track) throws(PackagingError) {
        var reader = tkhd
        let version = try reader.fullHeader().version
        try reader.skip(version == 0 ? 8 : 16)
        track.id = try reader.word()
        try reader.skip(4)
        track.durations.append(try Self.time(&reader, version))
        try reader.skip(16)
        for expected in Self.identity where try reader.word() != expected { track.isTurned = true }
        track.width = Int(try reader.half())
        try reader.skip(2)
        track.height = Int(try reader.half())
    }

    private func edits(_ elst: BoxReader) throws(PackagingError) -> [InitializationFacts.Edit] {
        var reader = elst
        let version = try reader.fullHeader().version
        var edits: [InitializationFacts.Edit] = []
        for _ in 0..<min(try reader.count(), 64) {
            let duration = try Self.time(&reader, version)
            let time =
                version == 0
                ? Int(Int32(bitPattern: try reader.word()))
                : Int(Int64(bitPattern: try reader.integer(UInt64.self)))
            edits.append(.init(duration: duration, mediaTime: min(max(time, -1), 1 << 53)))
            try reader.skip(4)
        }
        return edits
    }

    private func readTables(_ stbl: BoxReader, into track: inout InitializationFacts.Track) throws(PackagingError) {
        let boxes = try stbl.children()
        for (type, offset) in [("stts", 4), ("stsc", 4), ("stsz", 8), ("stco", 4)] as [(FourCC, Int)] {
            guard var reader = boxes.first(type) else { continue }
            try reader.skip(offset)
            track.tableCounts[type] = try reader.count()
        }
        guard var stsd = boxes.first("stsd") else { return }
        try stsd.skip(8)
        for entry in try stsd.children() { track.entries.append(SampleEntryReader.read(entry)) }
    }

    /// All ones say "unknown", which is no duration here; others are cut off at 2^53.
    private static func time(_ reader: inout BoxReader, _ version: UInt8) throws(PackagingError) -> Int {
        let value = version == 0 ? UInt64(try reader.word()) : try reader.integer(UInt64.self)
        let isUnknown = value == (version == 0 ? UInt64(UInt32.max) : .max)
        return isUnknown ? 0 : Int(min(value, 1 << 53))
    }
}
