import Foundation
import Glibc
import Logging
import Packaging
import SystemPackage
import VLogCore

/// Makes a video of a file: looks at it, plans, takes the thumbnail, encodes every rung in one ffmpeg, and hands the
/// files to a sink while it encodes.
package struct Transcoder: Sendable {
    let tools: MediaTools
    let logger: Logger
    let threads: Int
    let choice: AcceleratorChoice
    private let limits: TranscodeLimits

    /// `threads` is per encoder and for the decoder; by default as many as this process may keep busy.
    package init(
        tools: MediaTools,
        logger: Logger,
        threads: Int? = nil,
        limits: TranscodeLimits = TranscodeLimits(),
        accelerator: AcceleratorChoice = .cpu
    ) {
        self.tools = tools
        self.logger = logger
        self.threads = threads ?? CPUShare.threads
        self.limits = limits
        choice = accelerator
    }

    /// Transcodes `source` below `scratch`, an existing folder in which it leaves nothing. `resume` is what an earlier run
    /// had its sink keep, with the files that it names still stored; if it does not fit, the run begins at the start.
    ///
    /// Throws `TranscodeError`, what the sink threw, or `CancellationError`; ffmpeg is gone by then, in any case.
    /// Files may have reached the sink before an error; without its manifests they are no video.
    package func run(
        source: FilePath,
        profile: TranscodeProfile,
        scratch: FilePath,
        resume: TranscodeCheckpoint? = nil,
        sink: some OutputSink,
        onProgress: @escaping @Sendable (TranscodeProgress) async -> Void
    ) async throws -> TranscodeResult {
        do {
            await onProgress(TranscodeProgress(.probing))
            let probed = try await MediaProbe(tools: tools).probe(source)
            let plan = try await plan(probed, profile, of: source)
            defer { release(plan) }
            logger.info("transcode planned", metadata: plan.metadata)
            let hasThumbnail = try await putThumbnail(of: source, plan, into: sink)
            let version = try await tools.version()
            let encode = { (plan: TranscodePlan) in
                try await continuing(plan, resume, version) { plan, resume in
                    try await withScratchFolder(in: scratch) { folder in
                        try await EncoderRun(
                            tools: tools,
                            plan: plan,
                            resume: resume,
                            fingerprint: plan.fingerprint(toolVersion: version),
                            source: source,
                            limits: limits,
                            sink: sink,
                            onProgress: onProgress
                        ).run(scratch: folder)
                    }
                }
            }
            do {
                return TranscodeResult(try await encode(plan), plan, thumbnail: hasThumbnail)
            } catch {
                guard let fault = Transcoder.cardFault(error, plan) else { throw error }
                let metadata: Logger.Metadata = ["encoder": "\(plan.encoder)", "reason": "\(fault)"]
                logger.warning("the accelerator failed, the cpu starts this transcode over", metadata: metadata)
                let plan = try TranscodePlan(
                    source: probed,
                    profile: profile,
                    threads: threads,
                    acceleration: choice.cpu
                )
                return TranscodeResult(try await encode(plan), plan, thumbnail: hasThumbnail)
            }
        } catch let error as SourceError {
            throw TranscodeError(.badInput, error.message, cause: error)
        }
    }

    /// Goes on where an earlier run was, or begins at the start when that turns out to be impossible.
    private func continuing(
        _ plan: TranscodePlan,
        _ checkpoint: TranscodeCheckpoint?,
        _ version: String,
        _ encode: (TranscodePlan, LadderResume?) async throws -> EncoderFeed
    ) async throws -> EncoderFeed {
        guard let (rest, resume) = plan.resuming(checkpoint, toolVersion: version) else {
            return try await encode(plan, nil)
        }
        logger.info("transcode resumed", metadata: ["at.s": "\(Int(rest.resumedSeconds))"])
        do {
            return try await encode(rest, resume)
        } catch let error as PackagingError where error.code == .resumeMismatch {
            logger.warning("transcode begins anew", metadata: ["error": "\(error)"])
            return try await encode(plan, nil)
        }
    }

    private func putThumbnail(
        of source: FilePath,
        _ plan: TranscodePlan,
        into sink: some OutputSink
    ) async throws -> Bool {
        guard let path = Thumbnail.path,
            let picture = try await Thumbnail(tools: tools, plan: plan, source: source).make()
        else {
            logger.warning("no thumbnail could be made")
            return false
        }
        try await sink.put(path, picture)
        return true
    }

    /// A folder that nobody else uses, so that two jobs may share one scratch disk.
    private func withScratchFolder<Result: Sendable>(
        in scratch: FilePath,
        _ body: (FilePath) async throws -> Result
    ) async throws -> Result {
        var template = Array(scratch.appending("transcode-XXXXXX").string.utf8CString)
        guard mkdtemp(&template) != nil else {
            let cause = Errno(rawValue: errno)
            let code: FailureCode = cause == .noSpace ? .noSpace : .internal
            throw TranscodeError(code, "The runner's scratch folder cannot be used.", cause: cause)
        }
        let folder = FilePath(platformString: template)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        return try await body(folder)
    }
}

extension TranscodeResult {
    fileprivate init(_ feed: EncoderFeed, _ plan: TranscodePlan, thumbnail: Bool) {
        let made = feed.queue.sent.union(feed.storedBefore).union([Thumbnail.path].compactMap { thumbnail ? $0 : nil })
        self.init(
            duration: feed.duration,
            renditions: feed.renditions,
            files: made.sorted(),
            resumed: feed.storedBefore.sorted(),
            hasThumbnail: thumbnail,
            encoder: plan.encoder
        )
    }
}

extension TranscodePlan {
    fileprivate var metadata: Logger.Metadata {
        [
            "source.size": "\(source.video.displaySize)", "source.codec": "\(source.video.codec)",
            "frame.rate": "\(frameRate)", "duration.s": "\(Int(duration))",
            "qualities": "\(rungs.map(\.quality.rawValue).joined(separator: " "))", "audio.tracks": "\(audio.count)",
            "accelerator": "\(accelerator.rawValue)", "decoder": "\(decodesOnCard ? "card" : "cpu")",
        ]
    }
}
