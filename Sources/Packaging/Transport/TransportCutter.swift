/// Cuts the transport stream of one rung, sound included, at every so many GOPs, and checks that each is what it should
/// be: so many pictures, beginning with an IDR picture, at its time.
///
/// Tables are written anew in front of each GOP, with counters of their own, so that a player may begin at any of them.
struct TransportCutter: Sendable {
    /// PTS of the first picture, in ticks of 90 kHz: what `-output_ts_offset 1` makes of zero.
    static let origin = 90_000

    private let video: TransportDescription
    private let gopsPerSegment: Int
    private var pending: [UInt8] = []
    private var tables: (association: TransportPacket, map: TransportPacket)?
    private var association: TransportPacket?
    private var program: TransportProgram?
    private var tableCounter = 0

    private var bytes: [UInt8] = []
    private var keyFrames: [KeyFrameRange] = []
    /// Of the GOP that is being read: where it begins in `bytes`, its pictures, and whether its key frame is complete.
    private var gopStart = 0
    private var gopFrames = 0
    private var isKeyFrameOpen = false
    private var frames = 0
    /// The first picture's bytes, for its parameter sets, until they are known.
    private var firstPicture: [UInt8]?
    private(set) var codec: String?
    private var segmentStart = 0
    private var hasStarted = false

    init(_ video: TransportDescription, gopsPerSegment: Int) {
        self.video = video
        self.gopsPerSegment = gopsPerSegment
    }

    /// Takes bytes in pieces of any size; returns the segments that they complete.
    mutating func append(_ new: [UInt8]) throws(PackagingError) -> [MediaSegment] {
        pending += new
        var segments: [MediaSegment] = []
        var rest = pending[...]
        while rest.count >= TransportPacket.length {
            let packet = try TransportPacket(rest.prefix(TransportPacket.length))
            rest = rest.dropFirst(TransportPacket.length)
            if let segment = try take(packet) { segments.append(segment) }
        }
        pending = Array(rest)
        return segments
    }

    /// The stream ended: the last segment, unless nothing came.
    mutating func finish() throws(PackagingError) -> MediaSegment? {
        guard pending.isEmpty else { throw PackagingError(.truncated, "the stream ended in the middle of a packet") }
        guard hasStarted else { return nil }
        try readCodec()
        try endGOP(isLast: true)
        return endSegment()
    }

    private mutating func take(_ packet: TransportPacket) throws(PackagingError) -> MediaSegment? {
        if packet.pid == 0 {
            association = packet
            return nil
        }
        if let association, packet.pid == (try TransportProgram.mapPID(in: association)) {
            tables = (association, packet)
            program = try TransportProgram(map: packet)
            return nil
        }
        // The service description, which no player of HLS reads.
        if packet.pid == 0x11 { return nil }
        guard let program else { throw PackagingError(.malformed, "media before the tables") }
        var segment: MediaSegment?
        if packet.pid == program.videoPID, packet.isStart {
            segment = try beginPicture(packet)
        }
        if isKeyFrameOpen, packet.isStart, packet.pid != program.videoPID { closeKeyFrame() }
        guard hasStarted else { return nil }
        if packet.pid == program.videoPID, firstPicture != nil { firstPicture? += packet.payload }
        bytes += packet.bytes
        return segment
    }

    private mutating func beginPicture(_ packet: TransportPacket) throws(PackagingError) -> MediaSegment? {
        if isKeyFrameOpen { closeKeyFrame() }
        try readCodec()
        var segment: MediaSegment?
        if packet.isRandomAccess {
            if hasStarted {
                try endGOP(isLast: false)
                if keyFrames.count == gopsPerSegment { segment = endSegment() }
            }
            try beginGOP(packet)
        }
        gopFrames += 1
        return segment
    }

    private mutating func readCodec() throws(PackagingError) {
        guard let picture = firstPicture else { return }
        codec = try ParameterSet.codec(inByteStream: picture)
        firstPicture = nil
    }

    private mutating func beginGOP(_ packet: TransportPacket) throws(PackagingError) {
        guard let tables else { throw PackagingError(.malformed, "media before the tables") }
        let expected = Self.origin + video.ticks(frames: frames)
        let pts = try Self.presentationTime(of: packet)
        guard abs(pts - expected) <= 2 else {
            throw PackagingError(.timing, "a key frame at tick \(pts), not at \(expected)")
        }
        if !hasStarted { firstPicture = [] }
        hasStarted = true
        gopStart = bytes.count
        gopFrames = 0
        isKeyFrameOpen = true
        bytes += tables.association.counted(tableCounter).bytes + tables.map.counted(tableCounter).bytes
        tableCounter += 1
    }

    private mutating func closeKeyFrame() {
        isKeyFrameOpen = false
        keyFrames.append(KeyFrameRange(offset: gopStart, length: bytes.count - gopStart, duration: 0))
    }

    private mutating func endGOP(isLast: Bool) throws(PackagingError) {
        if isKeyFrameOpen { closeKeyFrame() }
        guard gopFrames == video.framesPerGOP || (isLast && (1...video.framesPerGOP).contains(gopFrames)) else {
            throw PackagingError(.timing, "a GOP of \(gopFrames) pictures, not of \(video.framesPerGOP)")
        }
        let last = keyFrames[keyFrames.count - 1]
        let (start, end) = (video.ticks(frames: frames), video.ticks(frames: frames + gopFrames))
        keyFrames[keyFrames.count - 1] = KeyFrameRange(offset: last.offset, length: last.length, duration: end - start)
        frames += gopFrames
        gopFrames = 0
    }

    private mutating func endSegment() -> MediaSegment {
        let end = video.ticks(frames: frames)
        let entry = SegmentEntry(
            start: segmentStart,
            duration: end - segmentStart,
            bytes: bytes.count,
            keyFrames: keyFrames
        )
        defer {
            segmentStart = end
            bytes = []
            keyFrames = []
        }
        return MediaSegment(entry: entry, bytes: bytes)
    }

    /// The PTS of the PES packet that begins in a packet (section 2.4.3.7).
    private static func presentationTime(of packet: TransportPacket) throws(PackagingError) -> Int {
        let pes = Array(packet.payload.prefix(14))
        guard pes.count == 14, pes.starts(with: [0, 0, 1]), pes[7] & 0x80 != 0 else {
            throw PackagingError(.malformed, "a picture without a time")
        }
        let high = Int(pes[9] >> 1 & 0x07) << 30
        return high | Int(pes[10]) << 22 | Int(pes[11] >> 1) << 15 | Int(pes[12]) << 7 | Int(pes[13] >> 1)
    }
}

/// H.264 parameter sets in a byte stream.
private enum ParameterSet {
    /// RFC 6381, from the sequence parameter set of a key frame's bytes (ITU-T H.264 annex B and section 7.3.2.1.1).
    static func codec(inByteStream bytes: [UInt8]) throws(PackagingError) -> String {
        for index in bytes.indices.dropLast(6)
        where bytes[index...].starts(with: [0, 0, 1]) && bytes[index + 3] & 0x1F == 7 {
            return "avc1."
                + bytes[(index + 4)..<(index + 7)].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        throw PackagingError(.unsupported, "a key frame without a sequence parameter set")
    }
}
