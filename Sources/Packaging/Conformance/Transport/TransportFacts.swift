/// What a segment of an MPEG-2 transport stream holds (ISO/IEC 13818-1).
struct TransportFacts: Sendable {
    struct Stream: Sendable {
        /// stream_type of the PMT: 0x1B is H.264, 0x24 HEVC, 0x0F AAC.
        let type: UInt8
        /// 90 kHz.
        var firstTime: Int?
        var startsWithKeyFrame: Bool?

        var isVideo: Bool { [0x01, 0x02, 0x1B, 0x24].contains(type) }
    }

    /// Bytes.
    let size: Int
    var problems: [(byte: Int, message: String)] = []
    var programCount = 0
    /// Whether PAT and PMT come before any other payload.
    var startsWithTables = false
    var streams: [Int: Stream] = [:]
    /// Continuity counters of the first and the last packet of each PID that had a payload.
    var counters: [Int: (first: Int, last: Int)] = [:]

    var video: Stream? { streams.values.first(where: \.isVideo) }
    /// Of the pictures, else of the sound: 90 kHz.
    var startTime: Int? { video?.firstTime ?? streams.values.compactMap(\.firstTime).min() }
}
