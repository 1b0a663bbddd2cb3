/// What a media segment of fragmented MP4 holds.
struct SegmentFacts: Sendable {
    /// One track's part of one moof.
    struct Fragment: Sendable {
        /// Of the moof, in the segment.
        let offset: Int
        let trackID: UInt32
        var sequence: UInt32?
        /// Of its moof.
        var trackCount = 1
        var isAddressedFromMoof = false
        var hasBaseOffset = false
        /// Ticks; nil without a tfdt that can be read.
        var decodeTime: Int?
        var decodeTimeVersion: UInt8 = 0
        var runVersions: Set<UInt8> = []
        /// Whether all sample data lies in the mdat after its moof.
        var isDataInside = true
        var samples = SampleSummary()
        /// End of the first sample, in the segment.
        var firstSampleEnd: Int?
        var keyFrame: KeyFrame?

        /// Ticks.
        var end: Int? { decodeTime.map { $0 + samples.duration } }
    }

    /// Bytes.
    let size: Int
    var boxes: [PlacedBox] = []
    var fragments: [Fragment] = []
    var problems: [(byte: Int, message: String)] = []

    func fragments(of track: UInt32) -> [Fragment] { fragments.filter { $0.trackID == track } }
}

/// Samples in a row, added up; times are in ticks and count from the first one's decode time.
struct SampleSummary: Sendable, Equatable {
    private(set) var count = 0
    private(set) var duration = 0
    private(set) var bytes = 0
    private(set) var isFirstSync = false
    /// Presentation of the first sample.
    private(set) var firstOffset = 0
    private(set) var minimumOffset = 0
    /// Decode times of sync samples.
    private(set) var syncTimes: [Int] = []
    /// Of all but the last.
    private(set) var shortest: Int?
    private(set) var longest: Int?
    private(set) var last = 0
    /// Samples without bytes or without duration.
    private(set) var emptyCount = 0

    private static let mostSyncTimes = 4096

    mutating func append(_ sample: Sample) {
        let presentation = duration + sample.compositionOffset
        if count == 0 {
            (isFirstSync, firstOffset, minimumOffset) = (sample.isSync, presentation, presentation)
        } else {
            shortest = min(shortest ?? last, last)
            longest = max(longest ?? last, last)
            minimumOffset = min(minimumOffset, presentation)
        }
        if sample.isSync, syncTimes.count < Self.mostSyncTimes { syncTimes.append(duration) }
        if sample.size == 0 || sample.duration == 0 { emptyCount += 1 }
        count += 1
        duration += sample.duration
        bytes += sample.size
        last = sample.duration
    }
}
