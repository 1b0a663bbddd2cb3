import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import SystemPackage
import VLogCore

/// How far the attempts at a job have come, kept for the next one beside the job's manifests until it is published.
struct CheckpointRoutes: Sendable {
    /// A film of twelve hours in six qualities has 5 MB.
    private static let sizeLimit = 16 << 20

    private let jobs: JobQueries
    private let storage: Storage

    init(_ services: ServerServices) {
        jobs = services.catalog.jobs
        storage = services.storage
    }

    func add(to job: RouterGroup<WorkerContext>) {
        job.get("checkpoint", use: read)
        job.put("checkpoint", use: keep)
    }

    @Sendable func read(
        _ request: Request,
        context: WorkerContext
    ) async throws -> JSONResponse<TranscodeCheckpoint> {
        let file = try await layout(request, context).checkpoint
        do {
            let bytes = try await storage.run { _ in try Disk.read(file) }
            return JSONResponse(try JSONCoding.decoder().decode(TranscodeCheckpoint.self, from: Data(bytes)))
        } catch let error as StorageError where error.code == .notFound {
            throw APIError(.notFound, "No attempt at this job has left a checkpoint.", cause: error)
        } catch let error as DecodingError {
            // Another version's, say: the job begins anew, which must not fail for it.
            throw APIError(.notFound, "The checkpoint of this job cannot be read.", cause: error)
        }
    }

    /// Replaces the one that is there. A checkpoint claims, and proves nothing: who goes on from it compares it with the
    /// list of files.
    @Sendable func keep(_ request: Request, context: WorkerContext) async throws -> Response {
        let file = try await layout(request, context).checkpoint
        let body = try await request.body.collect(upTo: Self.sizeLimit)
        do {
            _ = try JSONCoding.decoder().decode(TranscodeCheckpoint.self, from: Data(body.readableBytesView))
        } catch let error as DecodingError {
            throw APIError(error)
        }
        try await storage.run { _ in
            try Disk.makeFolders(file.removingLastComponent())
            try Disk.write(body.readableBytesView, to: file)
        }
        return Response(status: .noContent)
    }

    private func layout(_ request: Request, _ context: WorkerContext) async throws -> OutputLayout {
        let job = try context.job
        return OutputLayout(storage, try await jobs.authorize(job, tokenHash: request.leaseTokenHash), job: job)
    }
}
