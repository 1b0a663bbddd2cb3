import Packaging
import VLogCore

/// Everything that the loop around a running ffmpeg knows: which pipes still flow, what the packager made of their
/// bytes, which files wait for the sink, and when something last moved. A value, changed by events alone.
struct EncoderFeed: Sendable {
    private let plan: TranscodePlan
    private let limits: TranscodeLimits
    private let start: ContinuousClock.Instant
    private var packager: LadderPackager
    var queue = OutputQueue()
    private var openTracks: Set<TrackID>
    /// Whether a read is under way.
    private(set) var isReading = false
    private var lastProgress = FFmpegProgress()
    private var lastMove: ContinuousClock.Instant

    init(plan: TranscodePlan, limits: TranscodeLimits, now: ContinuousClock.Instant) throws(PackagingError) {
        self.plan = plan
        self.limits = limits
        packager = try LadderPackager(tracks: plan.tracks, gopsPerSegment: plan.gopsPerSegment)
        openTracks = Set(plan.tracks.map(\.id))
        start = now
        lastMove = now
    }

    /// Whether every pipe has ended and the sink has all.
    var isDone: Bool { openTracks.isEmpty && queue.isEmpty }

    /// True once per read: when pipes flow, none is being read, and the sink keeps up.
    mutating func shouldRead() -> Bool {
        guard !isReading, !openTracks.isEmpty, !queue.isFull else { return false }
        isReading = true
        return true
    }

    mutating func didRead(_ events: [PipeSet.Event], now: ContinuousClock.Instant) throws {
        isReading = false
        lastMove = now
        for event in events {
            switch event {
            case .bytes(let track, let bytes): try enqueue(packager.append(bytes, to: track))
            case .ended(let track): openTracks.remove(track)
            }
        }
    }

    /// Throws `timeout` when the whole takes too long, or nothing moved for too long although we read.
    mutating func check(_ progress: FFmpegProgress, now: ContinuousClock.Instant) throws(TranscodeError) {
        guard !openTracks.isEmpty else { return }
        guard now - start < limits.total(for: plan) else {
            throw TranscodeError(
                .timeout,
                "The transcode took longer than \(limits.total(for: plan).components.seconds) s."
            )
        }
        if progress != lastProgress || !isReading { lastMove = now }
        lastProgress = progress
        guard now - lastMove < limits.stall else {
            throw TranscodeError(.timeout, "ffmpeg made no progress for \(limits.stall.components.seconds) s.")
        }
    }

    /// Closes every track, once ffmpeg has ended by itself. Returns the seconds of the shortest rung.
    mutating func finishTracks() throws -> Double {
        for track in plan.tracks { try enqueue(packager.finish(track: track.id)) }
        let rungs = packager.progress.prefix(plan.rungs.count)
        return rungs.map(\.seconds).min() ?? 0
    }

    /// Makes the final manifests, once the result is known to be whole.
    mutating func finish() throws { try enqueue(packager.finish()) }

    func progress(_ status: FFmpegProgress) -> TranscodeProgress {
        let qualities = zip(plan.rungs, packager.progress).map { rung, track in
            QualityProgress(
                quality: rung.quality,
                percent: min(100, 100 * track.seconds / plan.duration),
                segments: track.segments
            )
        }
        let percent = min(99, 99 * Double(status.frame) / Double(plan.frameCount))
        return TranscodeProgress(.encoding, percent: percent, qualities: qualities, speed: status.speed)
    }

    var renditions: [RenditionBody] {
        zip(plan.rungs, packager.results).map { rung, result in
            RenditionBody(
                quality: rung.quality,
                width: result.width,
                height: result.height,
                frameRate: result.frameRate.framesPerSecond,
                bandwidth: result.bandwidth,
                averageBandwidth: result.averageBandwidth,
                codecs: result.codecs
            )
        }
    }

    var duration: Double { packager.duration }

    private mutating func enqueue(_ files: [PackagedFile]) throws(TranscodeError) {
        for file in files {
            guard let path = OutputPath(rawValue: file.path) else {
                throw TranscodeError(.internal, "The packager made a file of an impossible name: \(file.path)")
            }
            queue.add(path, file.bytes)
        }
    }
}
