import Packaging
import Subprocess

/// Follows a running ffmpeg: reads its pipes, sends what becomes whole, reports, and watches the clock.
struct EncoderLoop<Sink: OutputSink>: Sendable {
    typealias Encoder = Execution<NoInput, SequenceOutput, SequenceOutput>

    private enum Event: Sendable {
        case read([PipeSet.Event])
        case sent(OutputQueue.File)
        case tick
        case reported
        case kept
        case closed
    }

    let status: EncoderStatus
    let sink: Sink
    let fingerprint: String
    let checkpointEvery: Duration
    let onProgress: @Sendable (TranscodeProgress) async -> Void

    /// Returns when every pipe has ended and all files were sent. On any error ffmpeg is killed before it is thrown.
    func follow(_ encoder: Encoder, _ pipes: PipeSet, _ start: EncoderFeed) async throws -> EncoderFeed {
        try await withThrowingTaskGroup(of: Event.self) { group in
            do {
                addReaders(of: encoder, pipes, to: &group)
                let feed = try await run(start, pipes, &group)
                group.cancelAll()
                return feed
            } catch {
                // The readers of its outputs end when it does, and the group waits for them.
                try? encoder.send(signal: .kill, toProcessGroup: true)
                throw error
            }
        }
    }

    private func addReaders(
        of encoder: Encoder,
        _ pipes: PipeSet,
        to group: inout ThrowingTaskGroup<Event, any Error>
    ) {
        let (output, errors) = (encoder.standardOutput, encoder.standardError)
        group.addTask {
            for try await buffer in errors { status.append(log: buffer.array) }
            return .closed
        }
        group.addTask {
            defer { pipes.writerEnded() }
            var lines = LineSplitter()
            for try await buffer in output {
                for line in lines.append(buffer.array) { status.append(progress: line) }
            }
            return .closed
        }
        group.addTask { .tick }
    }

    private func run(
        _ start: EncoderFeed,
        _ pipes: PipeSet,
        _ group: inout ThrowingTaskGroup<Event, any Error>
    ) async throws -> EncoderFeed {
        var feed = start
        var isReporting = false
        var checkpoints = CheckpointPace(every: checkpointEvery, now: .now)
        while !feed.isDone {
            if feed.shouldRead() { group.addTask { .read(try await pipes.next()) } }
            while let file = feed.queue.next() {
                group.addTask {
                    try await sink.put(file.path, file.bytes)
                    return .sent(file)
                }
            }
            if checkpoints.isDue(feed.segmentCount, now: .now), let checkpoint = feed.checkpoint(fingerprint) {
                checkpoints.keep(feed.segmentCount)
                group.addTask {
                    try? await sink.keep(checkpoint)
                    return .kept
                }
            }
            guard let event = try await group.next() else { break }
            switch event {
            case .read(let events): try feed.didRead(events, now: .now)
            case .sent(let file): feed.queue.didSend(file)
            case .reported: isReporting = false
            case .kept: checkpoints.kept(now: .now)
            case .closed: break
            case .tick:
                try feed.check(status.progress, now: .now)
                group.addTask {
                    try await Task.sleep(for: .milliseconds(500))
                    return .tick
                }
                guard !isReporting else { continue }
                isReporting = true
                let progress = feed.progress(status.progress)
                group.addTask {
                    await onProgress(progress)
                    return .reported
                }
            }
        }
        return feed
    }
}
