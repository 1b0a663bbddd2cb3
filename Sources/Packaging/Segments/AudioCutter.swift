/// Cuts sound at the picture's segment boundaries, to the nearest AAC frame, and drops what outlasts the picture.
///
/// Sound is held back until the picture has come as far: a segment, once out, cannot be shortened any more.
struct AudioCutter: Sendable {
    private let timescale: Int
    /// Length of a picture segment.
    private let segmentTime: MediaTime
    private var writer: SegmentWriter
    private var held: [Held] = []
    private var heldBytes = 0
    /// End of what came, and of what was put into segments, in ticks.
    private var end = 0
    private var start = 0
    private var boundaries = 1
    private var isAtEnd = false

    /// Samples of one fragment that are not in a segment yet.
    private struct Held: Sendable {
        var samples: ArraySlice<Sample>
        var payload: ArraySlice<UInt8>
    }

    /// Hours of sound: the two outputs of one ffmpeg are seconds apart.
    private static let mostHeldBytes = 128 << 20

    init(_ initialization: InitializationSegment, segmentTime: MediaTime) throws(PackagingError) {
        guard initialization.mediaTime == 0 else {
            throw PackagingError(.timing, "sound that starts with \(initialization.mediaTime) ticks of priming")
        }
        timescale = initialization.timescale
        self.segmentTime = segmentTime
        writer = SegmentWriter(trackID: initialization.trackID, isVideo: false)
    }

    mutating func append(_ fragment: Fragment) throws(PackagingError) {
        guard fragment.start == end else {
            throw PackagingError(.timing, "sound at tick \(fragment.start) follows sound that ends at \(end)")
        }
        guard fragment.samples.allSatisfy({ $0.isSync && $0.compositionOffset == 0 }) else {
            throw PackagingError(.unsupported, "sound whose frames depend on each other")
        }
        end += fragment.duration
        heldBytes += fragment.payload.count
        guard heldBytes <= Self.mostHeldBytes else {
            throw PackagingError(.tooLarge, "sound is over \(Self.mostHeldBytes) bytes ahead of the picture")
        }
        held.append(Held(samples: fragment.samples[...], payload: fragment.payload[...]))
    }

    /// No more sound will come.
    mutating func finish() { isAtEnd = true }

    /// The segments that the picture has caught up with.
    mutating func segments(pictureReaches reach: MediaTime, pictureEnded: Bool) -> [MediaSegment] {
        var segments: [MediaSegment] = []
        while let boundary = nextBoundary(reach, pictureEnded) {
            boundaries += 1
            if let segment = cut(at: boundary) { segments.append(segment) }
        }
        if pictureEnded, hasReached(reach) {
            held = []
            heldBytes = 0
        }
        return segments
    }

    /// Where the next segment can be cut already; nil when sound or picture has to come first, or nothing is left.
    private func nextBoundary(_ reach: MediaTime, _ pictureEnded: Bool) -> MediaTime? {
        let grid = MediaTime(ticks: segmentTime.ticks * boundaries, timescale: segmentTime.timescale)
        let boundary = pictureEnded ? min(grid, reach) : grid
        let previous = MediaTime(ticks: segmentTime.ticks * (boundaries - 1), timescale: segmentTime.timescale)
        guard boundary <= reach, previous < boundary, !held.isEmpty, hasReached(boundary) else { return nil }
        return boundary
    }

    private func hasReached(_ time: MediaTime) -> Bool {
        isAtEnd || time <= MediaTime(ticks: end, timescale: timescale)
    }

    /// Takes the frames whose middle is before the boundary; nil when there are none.
    private mutating func cut(at boundary: MediaTime) -> MediaSegment? {
        var part = SegmentPart(start: start, samples: [], payload: [])
        while !held.isEmpty {
            let (count, bytes) = framesBefore(boundary, in: held[0])
            guard count > 0 else { break }
            part.samples += held[0].samples.prefix(count)
            part.payload.append(held[0].payload.prefix(bytes))
            heldBytes -= bytes
            guard count == held[0].samples.count else {
                held[0].samples.removeFirst(count)
                held[0].payload.removeFirst(bytes)
                break
            }
            held.removeFirst()
        }
        return part.samples.isEmpty ? nil : writer.segment([part])
    }

    private mutating func framesBefore(_ boundary: MediaTime, in held: Held) -> (count: Int, bytes: Int) {
        var (count, bytes) = (0, 0)
        for sample in held.samples {
            let middle = MediaTime(ticks: 2 * start + sample.duration, timescale: 2 * timescale)
            guard middle < boundary else { break }
            start += sample.duration
            count += 1
            bytes += sample.size
        }
        return (count, bytes)
    }
}
