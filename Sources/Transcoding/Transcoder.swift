import Foundation
import Glibc
import Logging
import SystemPackage
import VLogCore

/// Makes a video of a file: looks at it, plans, takes the thumbnail, encodes every rung in one ffmpeg, and hands the
/// files to a sink while it encodes.
package struct Transcoder: Sendable {
    private let tools: MediaTools
    private let logger: Logger
    private let threads: Int
    private let limits: TranscodeLimits

    /// `threads` is per encoder and for the decoder; by default as many as this process may keep busy.
    package init(tools: MediaTools, logger: Logger, threads: Int? = nil, limits: TranscodeLimits = TranscodeLimits()) {
        self.tools = tools
        self.logger = logger
        self.threads = threads ?? CPUShare.threads
        self.limits = limits
    }

    /// Transcodes `source` below `scratch`, an existing folder in which it leaves nothing.
    ///
    /// Throws `TranscodeError`, what the sink threw, or `CancellationError`; ffmpeg is gone by then, in any case.
    /// Files may have reached the sink before an error; without its manifests they are no video.
    package func run(
        source: FilePath,
        profile: TranscodeProfile,
        scratch: FilePath,
        sink: some OutputSink,
        onProgress: @escaping @Sendable (TranscodeProgress) async -> Void
    ) async throws -> TranscodeResult {
        do {
            await onProgress(TranscodeProgress(.probing))
            let probed = try await MediaProbe(tools: tools).probe(source)
            let plan = try TranscodePlan(source: probed, profile: profile, threads: threads)
            logger.info("transcode planned", metadata: plan.metadata)
            let hasThumbnail = try await putThumbnail(of: source, plan, into: sink)
            let feed = try await withScratchFolder(in: scratch) { folder in
                try await EncoderRun(
                    tools: tools,
                    plan: plan,
                    source: source,
                    limits: limits,
                    sink: sink,
                    onProgress: onProgress
                ).run(scratch: folder)
            }
            return TranscodeResult(feed, thumbnail: hasThumbnail)
        } catch let error as SourceError {
            throw TranscodeError(.badInput, error.message, cause: error)
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
        defer { rmdir(folder.string) }
        return try await body(folder)
    }
}

extension TranscodeResult {
    fileprivate init(_ feed: EncoderFeed, thumbnail: Bool) {
        let made = feed.queue.sent.union([Thumbnail.path].compactMap { thumbnail ? $0 : nil })
        self.init(
            duration: feed.duration,
            renditions: feed.renditions,
            files: made.sorted(),
            hasThumbnail: thumbnail
        )
    }
}

extension TranscodePlan {
    fileprivate var metadata: Logger.Metadata {
        [
            "source.size": "\(source.video.displaySize)", "source.codec": "\(source.video.codec)",
            "frame.rate": "\(frameRate)", "duration.s": "\(Int(duration))",
            "qualities": "\(rungs.map(\.quality.rawValue).joined(separator: " "))", "audio.tracks": "\(audio.count)",
        ]
    }
}
