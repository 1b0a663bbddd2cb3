/// Some samples that become one moof and mdat.
struct SegmentPart: Sendable {
    /// Decode time of the first sample, in ticks.
    let start: Int
    var samples: [Sample]
    /// The samples' bytes, in pieces so that nothing is moved before it is written.
    var payload: [ArraySlice<UInt8>]

    var duration: Int { samples.reduce(0) { $0 + $1.duration } }
    var payloadSize: Int { payload.reduce(0) { $0 + $1.count } }
}

/// Writes `.m4s` files: styp, then a moof and mdat for every part (ISO/IEC 14496-12 section 8.8, CMAF 7.3.2.3).
struct SegmentWriter: Sendable {
    let trackID: UInt32
    let isVideo: Bool
    /// mfhd numbers, rising over the whole track.
    private var sequence: UInt32 = 0

    private static let syncFlags: UInt32 = 0x0200_0000
    private static let otherFlags: UInt32 = 0x0101_0000
    /// Bytes of a moof without samples, generously; for reserving memory.
    private static let overhead = 128

    /// `partsBefore` is how many parts an earlier run has written.
    init(trackID: UInt32, isVideo: Bool, partsBefore: Int = 0) {
        self.trackID = trackID
        self.isVideo = isVideo
        sequence = UInt32(clamping: partsBefore)
    }

    mutating func segment(_ parts: [SegmentPart]) -> MediaSegment {
        var writer = BoxWriter()
        writer.reserve(parts.reduce(64) { $0 + $1.payloadSize + $1.samples.count * 16 + Self.overhead })
        writer.box("styp") { writer in
            for brand in ["msdh", "\0\0\0\0", "msdh", "cmfs"] as [FourCC] { writer.fourCC(brand) }
        }
        var keyFrames: [KeyFrameRange] = []
        for part in parts {
            let offset = writer.bytes.count
            let dataOffset = append(part, to: &writer)
            guard isVideo, let first = part.samples.first else { continue }
            let length = dataOffset + first.size
            keyFrames.append(KeyFrameRange(offset: offset, length: length, duration: part.duration))
        }
        let entry = SegmentEntry(
            start: parts.first?.start ?? 0,
            duration: parts.reduce(0) { $0 + $1.duration },
            bytes: writer.bytes.count,
            keyFrames: keyFrames
        )
        return MediaSegment(entry: entry, bytes: writer.bytes)
    }

    /// Returns the distance from the moof to the first sample.
    private mutating func append(_ part: SegmentPart, to writer: inout BoxWriter) -> Int {
        sequence &+= 1
        let moofStart = writer.bytes.count
        var offsetField = 0
        writer.box("moof") { writer in
            writer.fullBox("mfhd") { $0.integer(sequence) }
            writer.box("traf") { writer in
                appendHeader(part, to: &writer)
                offsetField = appendRun(part, to: &writer)
            }
        }
        let dataOffset = writer.bytes.count - moofStart + 8
        writer.overwrite(UInt32(clamping: dataOffset), at: offsetField)
        writer.box("mdat") { writer in
            for piece in part.payload { writer.append(piece) }
        }
        return dataOffset
    }

    private func appendHeader(_ part: SegmentPart, to writer: inout BoxWriter) {
        writer.fullBox("tfhd", flags: 0x02_0028) { writer in
            writer.integer(trackID)
            writer.integer(UInt32(clamping: part.samples.first?.duration ?? 0))
            writer.integer(isVideo ? Self.otherFlags : Self.syncFlags)
        }
        writer.fullBox("tfdt", version: 1) { $0.integer(UInt64(clamping: part.start)) }
    }

    /// Returns where the data offset is to be filled in.
    private func appendRun(_ part: SegmentPart, to writer: inout BoxWriter) -> Int {
        let hasDurations = part.samples.contains { $0.duration != part.samples[0].duration }
        let hasOffsets = part.samples.contains { $0.compositionOffset != 0 }
        var flags: UInt32 = 0x201
        if isVideo { flags |= 0x004 }
        if hasDurations { flags |= 0x100 }
        if hasOffsets { flags |= 0x800 }
        var offsetField = 0
        writer.fullBox("trun", flags: flags) { writer in
            writer.integer(UInt32(clamping: part.samples.count))
            offsetField = writer.bytes.count
            writer.integer(UInt32(0))
            if isVideo { writer.integer(Self.syncFlags) }
            for sample in part.samples {
                if hasDurations { writer.integer(UInt32(clamping: sample.duration)) }
                writer.integer(UInt32(clamping: sample.size))
                if hasOffsets { writer.integer(UInt32(clamping: sample.compositionOffset)) }
            }
        }
        return offsetField
    }
}
