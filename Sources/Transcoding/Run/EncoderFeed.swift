import Packaging
import VLogCore

/// Everything that the loop around a running ffmpeg knows: which pipes still flow, what the packager made of their
/// bytes, which files wait for the sink, and when something last moved. A value, changed by events alone.
struct EncoderFeed: Sendable {
    private let plan: TranscodePlan
    private let limits: TranscodeLimits
    private let start: ContinuousClock.Instant
    private var packager: any StreamPackager
    /// Files of an earlier run that belong to the result.
    let storedBefore: Set<OutputPath>
    var queue = OutputQueue()
    private var openTracks: Set<TrackID>
    /// Whether a read is under way.
    private(set) var isReading = false
    private var lastProgress = FFmpegProgress()
    private var lastMove: ContinuousClock.Instant

    init(
        plan: TranscodePlan,
        resume: LadderResume?,
        limits: TranscodeLimits,
        now: ContinuousClock.Instant
    ) throws(PackagingError) {
        self.plan = plan
        self.limits = limits
        packager =
            switch plan.format {
            case .cmaf: try LadderPackager(tracks: plan.tracks, gopsPerSegment: plan.gopsPerSegment, resume: resume)
            case .transportStream: try TransportPackager(rungs: plan.transports, gopsPerSegment: plan.gopsPerSegment)
            }
        storedBefore = Set((resume?.tracks ?? []).flatMap(\.paths))
        openTracks = Set(plan.pipes)
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
        // Pictures that are only decoded show in no figure.
        let patience = segmentCount == 0 ? limits.stall + .seconds(plan.resumedSeconds) : limits.stall
        guard now - lastMove < patience else {
            throw TranscodeError(.timeout, "ffmpeg made no progress for \(limits.stall.components.seconds) s.")
        }
    }

    /// Closes every track, once ffmpeg has ended by itself. Returns the seconds of the shortest rung.
    mutating func finishTracks() throws -> Double {
        for track in plan.pipes { try enqueue(packager.finish(track: track)) }
        let rungs = packager.progress.prefix(plan.rungs.count)
        return rungs.map(\.seconds).min() ?? 0
    }

    /// Makes the final manifests, once the result is known to be whole.
    mutating func finish(_ extras: ExtraOutputs.Found) throws {
        for (path, bytes) in extras.files { queue.add(path, bytes) }
        try enqueue(packager.finish(subtitles: extras.subtitles))
    }

    func progress(_ status: FFmpegProgress) -> TranscodeProgress {
        var qualities: [QualityProgress] = []
        for (rung, track) in zip(plan.rungs, packager.progress) {
            let percent = min(100, 100 * track.seconds / plan.duration)
            guard let known = qualities.firstIndex(where: { $0.quality == rung.quality }) else {
                qualities.append(QualityProgress(quality: rung.quality, percent: percent, segments: track.segments))
                continue
            }
            // A quality is as far as the last of its codecs.
            qualities[known].percent = min(qualities[known].percent, percent)
            qualities[known].segments = min(qualities[known].segments, track.segments)
        }
        // ffmpeg 5 says nothing before all its outputs have begun, and a sheet of previews begins when it is full.
        let packaged = (qualities.map(\.percent).min() ?? 0) / 100
        let encoded = Double(plan.firstFrame + status.frame) / Double(plan.frameCount)
        let percent = min(99, 99 * max(packaged, encoded))
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

    /// What another run can go on from; nil when there is nothing yet.
    func checkpoint(_ fingerprint: String) -> TranscodeCheckpoint? {
        let tracks = packager.resumable
        return tracks.count < plan.rungs.count ? nil : TranscodeCheckpoint(plan: fingerprint, tracks: tracks)
    }

    /// Segments of all rungs so far; grows when a checkpoint is worth keeping.
    var segmentCount: Int { packager.progress.prefix(plan.rungs.count).reduce(0) { $0 + $1.segments } }

    private mutating func enqueue(_ files: [PackagedFile]) throws(TranscodeError) {
        for file in files {
            guard let path = OutputPath(rawValue: file.path) else {
                throw TranscodeError(.internal, "The packager made a file of an impossible name: \(file.path)")
            }
            queue.add(path, file.bytes)
        }
    }
}

extension LadderResume.Track {
    fileprivate var paths: [OutputPath] {
        let names = ["init.mp4"] + segments.indices.map { "segment_\($0).m4s" }
        return names.compactMap { OutputPath(rawValue: "\(folder)/\($0)") }
    }
}
