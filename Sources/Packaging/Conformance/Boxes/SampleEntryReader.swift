/// Reads one entry of stsd.
enum SampleEntryReader {
    private static let pictures: Set<FourCC> = ["avc1", "avc3", "hvc1", "hev1", "av01", "vp09", "vp08"]

    static func read(_ entry: BoxReader) -> SampleEntryFacts {
        var facts = SampleEntryFacts(type: entry.type)
        do throws(PackagingError) {
            if pictures.contains(entry.type) {
                try readPicture(entry, into: &facts)
            } else {
                try readOther(entry, into: &facts)
            }
        } catch { facts.problems.append("\(error.message).") }
        return facts
    }

    private static func readPicture(
        _ entry: BoxReader,
        into facts: inout SampleEntryFacts
    ) throws(PackagingError) {
        var reader = entry
        try reader.skip(78)
        let boxes = try reader.children()
        if var pasp = boxes.first("pasp") {
            facts.pixelShape = .init(horizontal: try pasp.count(), vertical: try pasp.count())
        }
        if let colour = try ColourInformation(boxes) {
            facts.colour = ColourCodes(
                primaries: colour.primaries,
                transfer: colour.transfer,
                matrix: colour.matrix,
                isFullRange: colour.isFullRange
            )
        }
        facts.hasMasteringDisplay = boxes.first("mdcv") != nil
        switch entry.type {
        case "avc1", "avc3": try readAVC(boxes.only("avcC", in: entry.type), into: &facts)
        case "hvc1", "hev1": try readHEVC(boxes.only("hvcC", in: entry.type), into: &facts)
        case "av01":
            let record = try boxes.only("av1C", in: entry.type)
            (facts.bitstream, facts.hasParameterSets) = (.av1, true)
            facts.codec = try VideoCodecConfiguration.av1(record, colour: ColourInformation(boxes)).string
        default: break
        }
    }

    private static func readAVC(_ record: BoxReader, into facts: inout SampleEntryFacts) throws(PackagingError) {
        var reader = record
        try reader.skip(1)
        let (profile, _, level) = (try reader.byte(), try reader.byte(), try reader.byte())
        facts.record = (Int(profile), Int(level))
        facts.bitstream = .avc(lengthSize: Int(try reader.byte() & 0x03) + 1)
        let sequences = try sets(Int(try reader.byte() & 0x1F), &reader)
        let pictures = try sets(Int(try reader.byte()), &reader)
        facts.hasParameterSets = !sequences.isEmpty && !pictures.isEmpty
        take(sequences.first, into: &facts) { unit throws(BitReader.Ended) in try SequenceParameters.avc(unit) }
        guard facts.hasParameterSets else { return }
        facts.codec = "\(facts.type)" + (try VideoCodecConfiguration.avc(record).string.dropFirst(4))
    }

    private static func readHEVC(_ record: BoxReader, into facts: inout SampleEntryFacts) throws(PackagingError) {
        var reader = record
        try reader.skip(1)
        let profile = try reader.byte() & 0x1F
        try reader.skip(10)
        facts.record = (Int(profile), Int(try reader.byte()))
        try reader.skip(8)
        facts.bitstream = .hevc(lengthSize: Int(try reader.byte() & 0x03) + 1)
        var units: [Int: [ArraySlice<UInt8>]] = [:]
        for _ in 0..<Int(try reader.byte()) {
            let type = Int(try reader.byte() & 0x3F)
            units[type, default: []] += try sets(Int(try reader.half()), &reader)
        }
        facts.hasParameterSets = [32, 33, 34].allSatisfy { units[$0]?.isEmpty == false }
        take(units[33]?.first, into: &facts) { unit throws(BitReader.Ended) in try SequenceParameters.hevc(unit) }
        // Mastering display as an SEI message of the record (prefix SEI, payload type 137).
        let messages = units[39] ?? []
        if messages.contains(where: { $0.dropFirst(2).first == 137 }) { facts.hasMasteringDisplay = true }
        guard facts.hasParameterSets else { return }
        facts.codec = "\(facts.type)" + (try VideoCodecConfiguration.hevc(record).string.dropFirst(4))
    }

    private static func take(
        _ unit: ArraySlice<UInt8>?,
        into facts: inout SampleEntryFacts,
        _ parse: (ArraySlice<UInt8>) throws(BitReader.Ended) -> SequenceParameters
    ) {
        guard let unit else { return }
        do { facts.parameters = try parse(unit) } catch {
            facts.problems.append("The sequence parameter set cannot be read.")
        }
    }

    private static func sets(_ count: Int, _ reader: inout BoxReader) throws(PackagingError) -> [ArraySlice<UInt8>] {
        var sets: [ArraySlice<UInt8>] = []
        for _ in 0..<count { sets.append(try reader.take(Int(try reader.half()))) }
        return sets
    }

    private static let sounds: [FourCC: String] = [
        "ac-3": "ac-3", "ec-3": "ec-3", "Opus": "Opus", "fLaC": "fLaC", "alac": "alac",
    ]

    private static func readOther(_ entry: BoxReader, into facts: inout SampleEntryFacts) throws(PackagingError) {
        if entry.type == "mp4a" {
            let format = try AudioSampleEntry.format(entry)
            (facts.codec, facts.channels, facts.sampleRate) = (format.codec, format.channels, format.sampleRate)
        } else if let codec = sounds[entry.type] {
            var reader = entry
            try reader.skip(16)
            (facts.codec, facts.channels) = (codec, Int(try reader.half()))
            try reader.skip(6)
            facts.sampleRate = Int(try reader.half())
        } else if entry.type == "wvtt" || entry.type == "stpp" {
            facts.codec = entry.type.description
        }
    }
}
