import VLogCore

/// Sends a job's files while they are being made, several at a time, and knows at the end which there are.
final class SegmentDelivery: ResultDelivery {
    private struct State: Sendable {
        var queue: UploadQueue
        var failure: (any Error)?
        var files: ResultFiles
    }

    private let client: JobClient
    private let inFlight: Int
    private let state: Watched<State>

    /// `present` is what the server already has; files in it with the same content are not sent again.
    init(client: JobClient, present: [OutputFileBody], configuration: RunnerConfiguration) {
        self.client = client
        inFlight = max(1, configuration.uploadsInFlight)
        let queue = UploadQueue(memory: configuration.uploadMemory)
        state = Watched(State(queue: queue, files: ResultFiles(present: present)))
    }

    func takingUp(_ checkpoint: TranscodeCheckpoint) -> TranscodeCheckpoint {
        state.current.files.takingUp(checkpoint)
    }

    func files(with resumed: [OutputPath]) -> [OutputFileBody] { state.current.files.all(with: resumed) }

    /// Sends it: the files that it names have been sent, or are about to be.
    func keep(_ checkpoint: TranscodeCheckpoint) async throws {
        try await client.keep(state.current.files.signing(checkpoint))
    }

    /// Returns when there was room for the file in the queue.
    @concurrent
    func store(_ path: OutputPath, _ content: [UInt8]) async throws {
        let digest = ContentDigest(of: content)
        let file = OutputFileBody(path: path, bytes: Int64(content.count), sha256: digest.hexadecimal)
        try await state.when { state -> Result<Void, any Error>? in
            if let failure = state.failure { return .failure(failure) }
            if !state.files.isThere(file) {
                guard state.queue.offer(path, content, digest: digest) else { return nil }
            }
            state.files.made(file)
            return .success(())
        }.get()
    }

    func delivering(
        _ make: @escaping @Sendable () async throws -> JobTranscodingResult
    ) async throws -> JobTranscodingResult {
        do {
            return try await withThrowingTaskGroup(of: JobTranscodingResult?.self) { group in
                group.addTask { [self] in
                    defer { state.change { $0.queue.close() } }
                    return try await make()
                }
                for _ in 0..<inFlight {
                    group.addTask { [self] in
                        try await work()
                        return nil
                    }
                }
                var result: JobTranscodingResult?
                while let next = try await group.next() { result = next ?? result }
                guard let result else { throw CancellationError() }
                return result
            }
        } catch {
            throw state.current.failure ?? error
        }
    }

    /// Sends files one after the other until the queue is closed and empty; several of these run at once.
    private func work() async throws {
        while let item = try await next() {
            do {
                try await client.put(item.path, item.content, digest: item.digest)
                state.change { $0.queue.sent(item) }
            } catch {
                // Cancellation is the echo of a failure elsewhere.
                if !(error is CancellationError) { state.change { $0.failure = $0.failure ?? error } }
                throw error
            }
        }
    }

    private func next() async throws -> UploadQueue.Item? {
        try await state.when { state -> UploadQueue.Item?? in
            if let item = state.queue.take() { return .some(item) }
            return state.queue.isDone ? .some(nil) : nil
        }
    }
}
