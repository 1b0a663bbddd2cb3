import SystemPackage
import VLogCore

/// Keeps a job's files on the scratch disk until all are made, and sends them as one archive then. A connection that breaks
/// costs what of a file had been sent: the next archive has only what the server does not have by then.
final class ArchiveDelivery: ResultDelivery {
    private struct State: Sendable {
        var files: ResultFiles
        var checkpoint: TranscodeCheckpoint?
    }

    private let client: JobClient
    private let folder: FilePath
    /// Throws when there is no room for so many bytes.
    private let requireRoom: @Sendable (Int) async throws -> Void
    private let pause: Duration
    /// Called when the last file is made and sending begins.
    private let onSending: @Sendable () async -> Void
    private let state: Watched<State>

    /// `folder` is one of the attempt's own. `present` is what the server already has.
    init(
        client: JobClient,
        present: [OutputFileBody],
        folder: FilePath,
        pause: Duration,
        requireRoom: @escaping @Sendable (Int) async throws -> Void,
        onSending: @escaping @Sendable () async -> Void
    ) {
        self.client = client
        self.folder = folder
        self.pause = pause
        self.requireRoom = requireRoom
        self.onSending = onSending
        state = Watched(State(files: ResultFiles(present: present)))
    }

    func takingUp(_ checkpoint: TranscodeCheckpoint) -> TranscodeCheckpoint {
        state.current.files.takingUp(checkpoint)
    }

    func files(with resumed: [OutputPath]) -> [OutputFileBody] { state.current.files.all(with: resumed) }

    /// Keeps the newest for the moment at which files are sent: before that it names what nobody else has.
    func keep(_ checkpoint: TranscodeCheckpoint) async throws { state.change { $0.checkpoint = checkpoint } }

    @concurrent
    func store(_ path: OutputPath, _ content: [UInt8]) async throws {
        let digest = ContentDigest(of: content)
        let file = OutputFileBody(path: path, bytes: Int64(content.count), sha256: digest.hexadecimal)
        if !state.current.files.isThere(file) {
            try await requireRoom(content.count)
            let target = ArchiveBody.location(of: path, in: folder)
            try await blocking { try ScratchFolder.write(content, to: target) }
        }
        state.change { $0.files.made(file) }
    }

    func delivering(
        _ make: @escaping @Sendable () async throws -> JobTranscodingResult
    ) async throws -> JobTranscodingResult {
        let result = try await make()
        await onSending()
        if let checkpoint = state.current.checkpoint {
            // What is lost when it cannot be kept is time of an attempt that may never come.
            try? await client.keep(state.current.files.signing(checkpoint))
        }
        while true {
            let missing = try await missing()
            if missing.isEmpty { return result }
            try await send(missing)
        }
    }

    /// Returns when the archive, or a part of it, has arrived: the patience of `persistently` counts from the last file
    /// that did, not from the first.
    private func send(_ files: [OutputFileBody]) async throws {
        try await client.persistently {
            do {
                try await client.put(ArchiveBody(files: files, folder: folder))
            } catch let error as WorkerAPIError where error.isRetryable {
                guard try await missing().count < files.count else { throw error }
                try await Task.sleep(for: pause)
            }
        }
    }

    private func missing() async throws -> [OutputFileBody] {
        let present = try await client.files()
        return state.current.files.missing(from: present)
    }
}
