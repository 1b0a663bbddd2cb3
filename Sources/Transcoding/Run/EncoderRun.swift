import Packaging
import Subprocess
import SystemPackage
import VLogCore

/// The one ffmpeg of a job, from its start until every file is in the sink.
struct EncoderRun<Sink: OutputSink>: Sendable {
    let tools: MediaTools
    let plan: TranscodePlan
    let resume: LadderResume?
    /// Of the plan; goes into checkpoints.
    let fingerprint: String
    let source: FilePath
    let limits: TranscodeLimits
    let sink: Sink
    let onProgress: @Sendable (TranscodeProgress) async -> Void

    /// `scratch` is a folder of ours; the pipes are made in it and gone at the end, however it ends.
    func run(scratch: FilePath) async throws -> EncoderFeed {
        let paths = plan.pipes.indices.map { scratch.appending("track-\($0)") }
        let pipes: PipeSet
        do {
            pipes = try PipeSet(zip(plan.pipes, paths).map { ($0, $1) })
        } catch {
            throw TranscodeError(
                error == .noSpace ? .noSpace : .internal,
                "The runner's scratch folder cannot be used.",
                cause: error
            )
        }
        do {
            let feed = try await encode(into: pipes, paths: paths, scratch: scratch)
            await pipes.close()
            return feed
        } catch {
            await pipes.close()
            throw error
        }
    }

    private func encode(into pipes: PipeSet, paths: [FilePath], scratch: FilePath) async throws -> EncoderFeed {
        let arguments = FFmpegArguments(plan: plan, source: source, outputs: paths, folder: scratch).list
        let status = EncoderStatus()
        do {
            let outcome = try await Subprocess.run(
                .tool(tools.ffmpeg, arguments: arguments),
                input: .none,
                output: .sequence,
                error: .sequence
            ) { execution in
                let loop = EncoderLoop(
                    status: status,
                    sink: sink,
                    fingerprint: fingerprint,
                    checkpointEvery: limits.checkpointEvery,
                    onProgress: onProgress
                )
                let feed = try EncoderFeed(plan: plan, resume: resume, limits: limits, now: .now)
                return try await loop.follow(execution, pipes, feed)
            }
            let verdict = EncoderVerdict(plan: plan, status: outcome.terminationStatus, log: status.logTail)
            return try await conclude(outcome.closureResult, verdict, scratch)
        } catch let error as SubprocessError where error.isMissingProgram {
            throw TranscodeError(.noEncoder, "\(tools.ffmpeg.string) cannot be started.", cause: error)
        }
    }

    /// ffmpeg is gone and its pipes are empty: was that the whole video?
    private func conclude(
        _ ended: EncoderFeed,
        _ verdict: EncoderVerdict,
        _ scratch: FilePath
    ) async throws -> EncoderFeed {
        var feed = ended
        try verdict.requireOwnEnd()
        do {
            try verdict.requireAll(producedSeconds: try feed.finishTracks())
            try feed.finish(await ExtraOutputs(plan: plan, folder: scratch).read())
        } catch let error as PackagingError {
            throw verdict.explain(error)
        }
        try await feed.queue.drain(into: sink)
        return feed
    }
}
