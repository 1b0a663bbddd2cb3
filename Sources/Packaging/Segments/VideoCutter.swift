/// Gathers GOPs into segments and checks that each is what the grid says: so many frames of equal length, closed,
/// beginning with a key frame, without a gap to the last.
struct VideoCutter: Sendable {
    private let framesPerGOP: Int
    private let gopsPerSegment: Int
    private let frameDuration: Int
    private let timescale: Int
    private let mediaTime: Int
    private let bitstream: VideoBitstream
    private var writer: SegmentWriter
    private var gops: [SegmentPart] = []
    private var end = 0
    private var endsWithShortGOP = false

    /// Where the pictures that came so far end.
    var reach: MediaTime { MediaTime(ticks: end, timescale: timescale) }

    init(
        _ initialization: InitializationSegment,
        format: VideoFormat,
        video: TrackDescription.Video,
        gopsPerSegment: Int,
        firstSegment: Int
    ) throws(PackagingError) {
        let ticks = initialization.timescale * video.frameRate.denominator
        guard ticks.isMultiple(of: video.frameRate.numerator) else {
            throw PackagingError(
                .timing,
                "a timescale of \(initialization.timescale) cannot hold frames of \(video.frameRate) per second"
            )
        }
        framesPerGOP = video.framesPerGOP
        self.gopsPerSegment = gopsPerSegment
        frameDuration = ticks / video.frameRate.numerator
        timescale = initialization.timescale
        mediaTime = initialization.mediaTime
        bitstream = format.bitstream
        writer = SegmentWriter(
            trackID: initialization.trackID,
            isVideo: true,
            partsBefore: firstSegment * gopsPerSegment
        )
        end = firstSegment * gopsPerSegment * framesPerGOP * frameDuration
    }

    /// Ticks of every segment but the last.
    var segmentTicks: Int { gopsPerSegment * framesPerGOP * frameDuration }

    /// Returns the segment that this GOP completes.
    mutating func append(_ fragment: Fragment) throws(PackagingError) -> MediaSegment? {
        try checkTimes(fragment)
        try checkIndependence(fragment)
        end += fragment.samples.count * frameDuration
        endsWithShortGOP = fragment.samples.count < framesPerGOP
        gops.append(SegmentPart(start: fragment.start, samples: fragment.samples, payload: [fragment.payload[...]]))
        return gops.count == gopsPerSegment ? takeSegment() : nil
    }

    /// The last segment, unless the last GOP completed one.
    mutating func finish() -> MediaSegment? { gops.isEmpty ? nil : takeSegment() }

    private mutating func takeSegment() -> MediaSegment {
        defer { gops = [] }
        return writer.segment(gops)
    }

    private func checkTimes(_ fragment: Fragment) throws(PackagingError) {
        guard fragment.start == end else {
            throw PackagingError(
                .timing,
                "a GOP starts at tick \(fragment.start), and the one before it ends at \(end)"
            )
        }
        guard !endsWithShortGOP, fragment.samples.count <= framesPerGOP else {
            throw PackagingError(
                .timing,
                "a GOP at tick \(fragment.start) does not have \(framesPerGOP) frames, or is not the last to have fewer"
            )
        }
        guard fragment.samples.allSatisfy({ $0.duration == frameDuration }) else {
            throw PackagingError(.timing, "a frame after tick \(fragment.start) does not last \(frameDuration) ticks")
        }
    }

    private func checkIndependence(_ fragment: Fragment) throws(PackagingError) {
        guard let first = fragment.samples.first, first.isSync,
            bitstream.isKeyFrame(fragment.payload.prefix(first.size))
        else {
            throw PackagingError(.notIndependent, "the GOP at tick \(fragment.start) does not begin with a key frame")
        }
        guard first.compositionOffset == mediaTime else {
            throw PackagingError(
                .timing,
                "the key frame at tick \(fragment.start) is shown \(first.compositionOffset - mediaTime) ticks off"
            )
        }
        let length = fragment.samples.count * frameDuration
        for (index, sample) in fragment.samples.enumerated() {
            let shown = index * frameDuration + sample.compositionOffset - mediaTime
            guard (0..<length).contains(shown) else {
                throw PackagingError(.notIndependent, "the GOP at tick \(fragment.start) is open")
            }
        }
    }
}
