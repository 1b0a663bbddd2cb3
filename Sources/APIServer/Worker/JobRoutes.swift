import Catalog
import HTTPTypes
import Hummingbird
import Logging
import VLogCore

/// What a runner asks and tells about the job that it has. Each call carries its attempt's `X-Lease-Token`, and is
/// refused with 409 `lease_lost` or 410 `job_gone` when the attempt does not have the job (any more).
struct JobRoutes: Sendable {
    private let jobs: JobQueries
    private let storage: Storage
    private let finaliser: Finaliser
    private let alerts: AlertService
    private let leases: LeaseTerms

    init(_ services: ServerServices, leases: LeaseTerms) {
        jobs = services.catalog.jobs
        storage = services.storage
        finaliser = services.finaliser
        alerts = services.alerts
        self.leases = leases
    }

    func add(to job: RouterGroup<WorkerContext>) {
        job.get("source", use: source)
        job.head("source", use: source)
        job.post("progress", use: progress)
        job.post("lease", use: renew)
        job.post("complete", use: complete)
        job.post("fail", use: fail)
        job.post("release", use: release)
    }

    /// The uploaded file, by ranges as the runner likes; `If-Match` makes sure that all are of one file.
    @Sendable func source(_ request: Request, context: WorkerContext) async throws -> Response {
        let folder = try await jobs.authorize(context.job, tokenHash: request.leaseTokenHash)
        let path = storage.sourceFile(folder.videoID, extension: folder.sourceExtension)
        do {
            let file = try await storage.run { _ in try OpenFile(path) }
            let offer = FileOffer(
                contentType: "application/octet-stream",
                cacheControl: "private, no-store",
                tag: EntityTag(opaque: folder.sourceETag)
            )
            return FileAnswer(file, offer).response(to: request, over: context.facts.channel)
        } catch let error as StorageError where error.code == .notFound {
            throw APIError(.notFound, "The source of this video is not in the storage any more.", cause: error)
        }
    }

    @Sendable func progress(_ request: Request, context: WorkerContext) async throws -> JSONResponse<LeaseBody> {
        let report = try await request.decode(as: ProgressReport.self, context: context)
        let lease = try await jobs.report(
            context.job,
            tokenHash: request.leaseTokenHash,
            report,
            lease: leases.length
        )
        return JSONResponse(leases.body(lease))
    }

    @Sendable func renew(_ request: Request, context: WorkerContext) async throws -> JSONResponse<LeaseBody> {
        let lease = try await jobs.renew(context.job, tokenHash: request.leaseTokenHash, lease: leases.length)
        return JSONResponse(leases.body(lease))
    }

    /// Takes the result, once all of it is there. Asked again, it answers the same.
    @Sendable func complete(_ request: Request, context: WorkerContext) async throws -> JSONResponse<CompleteResponse> {
        let result = try await request.decode(as: CompleteRequest.self, context: context)
        let (job, token) = (try context.job, try request.leaseTokenHash)
        do {
            try await JobResult(result, jobs: jobs, storage: storage).check(of: job, tokenHash: token)
        } catch let error as CatalogError where error.code == .leaseLost {
            // Perhaps it is complete already: only `complete` can tell, and it takes nothing from a lost lease.
        }
        let state = try await jobs.complete(job, tokenHash: token, result)
        finaliser.wake()
        context.logger.info("job complete", metadata: ["job.id": "\(job)", "job.state": "\(state)"])
        return JSONResponse(CompleteResponse(state: state))
    }

    @Sendable func fail(_ request: Request, context: WorkerContext) async throws -> JSONResponse<CompleteResponse> {
        let failure = try await request.decode(as: FailRequest.self, context: context)
        let job = try context.job
        let state = try await jobs.fail(job, tokenHash: request.leaseTokenHash, failure)
        ServerMetrics.ended(.failed(failure.code))
        context.logger.info(
            "job failed",
            metadata: ["job.id": "\(job)", "error.code": "\(failure.code.rawValue)", "job.state": "\(state)"]
        )
        await alerts.noteEnded([job])
        return JSONResponse(CompleteResponse(state: state))
    }

    @Sendable func release(_ request: Request, context: WorkerContext) async throws -> Response {
        let job = try context.job
        try await jobs.release(job, tokenHash: request.leaseTokenHash)
        ServerMetrics.ended(.released)
        context.logger.info("job released", metadata: ["job.id": "\(job)"])
        return Response(status: .noContent)
    }
}
