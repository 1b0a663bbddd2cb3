import Archives
import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import VLogCore

/// A job's files in one piece: `PUT` takes a gzip-compressed tar archive of them.
///
/// Each entry is taken as `PUT files/{path}` takes a file, as soon as it is whole; so an archive that breaks off, or that
/// is refused for a later entry, leaves what came before it, and nothing half-written. Sending it again is fine: what is
/// there already with the same digest is passed over.
struct ArchiveRoutes: Sendable {
    private let jobs: JobQueries
    private let storage: Storage
    private let leases: LeaseTerms
    private let limits: ServerLimits

    init(_ services: ServerServices, leases: LeaseTerms) {
        jobs = services.catalog.jobs
        storage = services.storage
        limits = services.configuration.limits
        self.leases = leases
    }

    func add(to job: RouterGroup<WorkerContext>) { job.put("archive", use: put) }

    /// Refuses with 400 what is damaged, 413 what is too long, 422 what is not taken, 507 what there is no room for; with
    /// 409 or 410 at the latest a quarter of a lease after it is lost.
    @Sendable func put(_ request: Request, context: WorkerContext) async throws -> JSONResponse<LeaseBody> {
        let (job, token) = (try context.job, try request.leaseTokenHash)
        let digest = try request.announcedDigestIfAny
        let layout = OutputLayout(storage, try await jobs.authorize(job, tokenHash: token), job: job)
        let present = try await jobs.files(job, tokenHash: token)
        let upload = ServerMetrics.ResultUpload(.archive)
        defer { upload.end() }
        let receiver = ArchiveReceiver(
            unpacking: ArchiveUnpacking(layout: layout, limits: limits.archive, present: present, digest: digest),
            layout: layout,
            storage: storage,
            job: ArchiveReceiver.Job(id: job, tokenHash: token, queries: jobs, lease: leases.length),
            onFile: { upload.took($0) }
        )
        let (lease, summary) = try await countingRefusals {
            try await refuseIfTooLong(request, present: present)
            return try await receiver.receive(request.body)
        }
        context.logger.info(
            "archive received",
            metadata: [
                "job.id": "\(job)", "files": "\(summary.received)", "skipped": "\(summary.skipped)",
                "bytes": "\(summary.bytes)",
            ]
        )
        return JSONResponse(leases.body(lease))
    }

    private func countingRefusals<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as ArchiveError {
            ServerMetrics.archiveRefused(error.code)
            throw error
        }
    }

    /// Before its first byte is taken, if it says how long it is. What is there already needs no more room.
    private func refuseIfTooLong(_ request: Request, present: [OutputFileBody]) async throws {
        guard let length = request.headers[.contentLength].flatMap({ Int64($0) }) else { return }
        guard length <= limits.archive.bytes else {
            throw ArchiveError(.tooLarge, "An archive has at most \(limits.archive.bytes) bytes.")
        }
        let needed = length - present.reduce(0) { $0 + $1.bytes }
        guard try await storage.freeBytes() - limits.freeBytesMargin >= needed else {
            throw APIError(
                .insufficientStorage,
                "There is not enough room on the server's disk for an archive of \(DiskRoom.text(length)).",
                code: "no_space"
            )
        }
    }
}
