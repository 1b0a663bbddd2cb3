import Catalog
import Hummingbird
import NIOCore
import VLogCore

/// Takes an archive in: each file in it that is whole gets its place and its row while the attempt has the job.
struct ArchiveReceiver: Sendable {
    /// The attempt that sends.
    struct Job: Sendable {
        let id: JobID
        let tokenHash: [UInt8]
        let queries: JobQueries
        /// How long its lease lasts from each renewal.
        let lease: Duration
    }

    /// What came of it: numbers of files, and bytes of those that were new.
    struct Summary: Sendable {
        var received = 0
        var skipped = 0
        var bytes: Int64 = 0
    }

    /// Bytes that are unpacked at once.
    private static let batch = 512 << 10

    let unpacking: ArchiveUnpacking
    let layout: OutputLayout
    let storage: Storage
    let job: Job
    /// Hears of each file that has got its place.
    let onFile: @Sendable (OutputFileBody) -> Void

    /// Throws what `ArchiveRoutes.put` documents; nothing half-written is left then.
    func receive(_ body: RequestBody) async throws -> (LeaseRow, Summary) {
        do {
            return try await APIError.translatingFullDisk { try await unpack(body) }
        } catch {
            await storage.clean { unpacking.discard() }
            throw error
        }
    }

    private func unpack(_ body: RequestBody) async throws -> (LeaseRow, Summary) {
        var summary = Summary()
        var renewed = ContinuousClock.now
        var pending: [UInt8] = []
        for try await piece in body {
            pending += piece.readableBytesView
            guard pending.count >= Self.batch else { continue }
            try await take(pending, &summary, &renewed)
            pending.removeAll()
        }
        try await take(pending, &summary, &renewed)
        try await storage.run { _ in try unpacking.finish() }
        return (try await job.queries.renew(job.id, tokenHash: job.tokenHash, lease: job.lease), summary)
    }

    private func take(
        _ bytes: [UInt8],
        _ summary: inout Summary,
        _ renewed: inout ContinuousClock.Instant
    ) async throws {
        try await storage.run { _ in unpacking.feed(bytes) }
        while let outcome = try await storage.run({ _ in try unpacking.next() }) {
            switch outcome {
            case .skipped: summary.skipped += 1
            case .received(let received):
                try await keep(received)
                onFile(received.file)
                summary.received += 1
                summary.bytes += received.file.bytes
                renewed = .now
            }
        }
        // What is passed over, and a file that takes long, renew nothing by themselves.
        if .now - renewed > job.lease / 4 {
            _ = try await job.queries.renew(job.id, tokenHash: job.tokenHash, lease: job.lease)
            renewed = .now
        }
    }

    private func keep(_ received: ReceivedFile) async throws {
        do {
            _ = try await job.queries.recordFile(
                job.id,
                tokenHash: job.tokenHash,
                received.file,
                lease: job.lease,
                place: { try await received.place(in: layout, of: storage) }
            )
        } catch {
            await received.discard(from: storage)
            throw error
        }
    }
}
