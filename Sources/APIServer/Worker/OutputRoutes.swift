import Catalog
import HTTPTypes
import Hummingbird
import Logging
import VLogCore

/// The files that a runner makes: `PUT` puts one, whole and checked; `GET` lists what is there, of earlier attempts too.
struct OutputRoutes: Sendable {
    private let jobs: JobQueries
    private let storage: Storage
    private let leases: LeaseTerms

    init(_ services: ServerServices, leases: LeaseTerms) {
        jobs = services.catalog.jobs
        storage = services.storage
        self.leases = leases
    }

    func add(to files: RouterGroup<WorkerContext>) {
        files.get(use: list)
        files.put("**", use: put)
    }

    @Sendable func list(
        _ request: Request,
        context: WorkerContext
    ) async throws -> JSONResponse<ListBody<OutputFileBody>> {
        let files = try await jobs.files(context.job, tokenHash: request.leaseTokenHash)
        return JSONResponse(ListBody(items: files, total: files.count, next: nil))
    }

    /// May be repeated; the last one with the job's lease wins, until the job is complete.
    @Sendable func put(_ request: Request, context: WorkerContext) async throws -> JSONResponse<LeaseBody> {
        let (job, token) = (try context.job, try request.leaseTokenHash)
        let digest = try request.announcedDigest
        let path = try path(in: request, of: job)
        let layout = OutputLayout(storage, try await jobs.authorize(job, tokenHash: token), job: job)
        guard layout.owns(path) else {
            throw APIError.badField("path", "does not belong to generation \(layout.generation) of the video.")
        }
        let upload = ServerMetrics.ResultUpload(.file)
        defer { upload.end() }
        let receiver = OutputReceiver(storage: storage, layout: layout, path: path)
        let received = try await receiver.receive(request, digest: digest)
        do {
            let lease = try await jobs.recordFile(
                job,
                tokenHash: token,
                received.file,
                lease: leases.length,
                place: { try await received.place(in: layout, of: storage) }
            )
            upload.took(received.file)
            return JSONResponse(leases.body(lease))
        } catch {
            await received.discard(from: storage)
            throw error
        }
    }

    /// Read off the raw path, so that nothing escaped or doubled is taken for something else.
    private func path(in request: Request, of job: JobID) throws -> OutputPath {
        let start = "/api/worker/jobs/\(job)/files/"
        guard request.uri.path.hasPrefix(start),
            let path = OutputPath(rawValue: String(request.uri.path.dropFirst(start.count)))
        else {
            throw APIError.badField(
                "path",
                "is NAME or FOLDER/NAME in a-z, 0-9, _, - and inner dots, with an extension that is served."
            )
        }
        return path
    }
}
