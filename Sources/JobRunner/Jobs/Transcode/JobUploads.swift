import VLogCore

/// Sends a job's files while they are being made, several at a time, and knows at the end which there are.
final class JobUploads: Sendable {
    private struct State: Sendable {
        var queue: UploadQueue
        var failure: (any Error)?
        var files: [OutputPath: OutputFileBody] = [:]
    }

    private let client: JobClient
    private let present: [OutputPath: OutputFileBody]
    private let state: Watched<State>

    /// `present` is what the server already has; files in it with the same content are not sent again.
    init(client: JobClient, present: [OutputFileBody], memory: Int) {
        self.client = client
        self.present = Dictionary(present.map { ($0.path, $0) }) { _, last in last }
        state = Watched(State(queue: UploadQueue(memory: memory)))
    }

    /// Every file of the result, sorted by path.
    var files: [OutputFileBody] { state.current.files.values.sorted { $0.path < $1.path } }
    var failure: (any Error)? { state.current.failure }

    /// Returns when there was room for the file in the queue; throws what kept an earlier one from being sent.
    @concurrent
    func store(_ path: OutputPath, _ content: [UInt8]) async throws {
        let digest = ContentDigest(of: content)
        let file = OutputFileBody(path: path, bytes: Int64(content.count), sha256: digest.hexadecimal)
        try await state.when { state -> Result<Void, any Error>? in
            if let failure = state.failure { return .failure(failure) }
            let isNew = state.files[path] == nil
            if !(isNew && self.present[path] == file) {
                guard state.queue.offer(path, content, digest: digest) else { return nil }
            }
            state.files[path] = file
            return .success(())
        }.get()
    }

    /// No more files will be stored.
    func close() { state.change { $0.queue.close() } }

    /// Sends files one after the other until the queue is closed and empty; several of these run at once.
    func work() async throws {
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
