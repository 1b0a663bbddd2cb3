import Catalog
import HTTPTypes
import Hummingbird
import Logging
import PasswordHashing
import VLogCore

/// The Worker API: how runners register, get jobs, and deliver what they made.
package struct WorkerRoutes: Sendable {
    private let services: ServerServices
    private let claims: JobClaims
    private let leases: LeaseTerms

    package init(_ services: ServerServices) {
        self.services = services
        leases = LeaseTerms(services)
        claims = JobClaims(services, leases: leases)
    }

    package func add(to router: some RouterMethods<WorkerContext>) {
        let open = router.group("api/worker")
        open.post("register", use: register)

        let workers = router.group("api/worker")
            .add(middleware: WorkerAuthentication(keys: services.workerKeys, pods: services.pods))
        workers.post("heartbeat", use: heartbeat)
        workers.post("claim", use: claim)
        JobRoutes(services, leases: leases).add(to: workers.group("jobs/:jobID"))
        CheckpointRoutes(services).add(to: workers.group("jobs/:jobID"))
        OutputRoutes(services, leases: leases).add(to: workers.group("jobs/:jobID/files"))
        ArchiveRoutes(services, leases: leases).add(to: workers.group("jobs/:jobID"))
    }

    /// Gives a worker a new key; its former ones end.
    @Sendable func register(
        _ request: Request,
        context: WorkerContext
    ) async throws -> JSONResponse<RegisterResponse> {
        try await requireAdminSecret(request, context: context)
        let name = try await request.decode(as: RegisterRequest.self, context: context).name
        guard (1...100).contains(name.count),
            name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { throw APIError.badField("name", "is 1 to 100 characters, none of them a control character.") }
        let key = WorkerAPIKey()
        let hash = try await services.hasher.hash(key.text)
        let id = try await services.catalog.workers.register(name: name, keyPrefix: key.prefix, keyHash: hash)
        services.workerKeys.forget()
        context.logger.info("worker registered", metadata: ["worker.id": "\(id)", "worker.name": "\(name)"])
        return JSONResponse(RegisterResponse(workerID: id, apiKey: key.text), status: .created)
    }

    @Sendable func heartbeat(
        _ request: Request,
        context: WorkerContext
    ) async throws -> JSONResponse<HeartbeatResponse> {
        let beat = try await request.decode(as: HeartbeatRequest.self, context: context)
        let worker = try context.knownWorker
        try WorkerVersion.check(beat.capabilities.version)
        let drain = try await services.catalog.workers.heartbeat(worker, beat.capabilities)
        return JSONResponse(HeartbeatResponse(nextHeartbeatIn: 20, drain: drain))
    }

    /// Holds the request until a job comes up, but no longer than its sender is there to take the answer. A pod gets the job
    /// that it was made for, at once, or 204 when there is nothing left to do.
    @Sendable func claim(_ request: Request, context: WorkerContext) async throws -> Response {
        if case .pod(let identity) = context.runner { return try await claim(request, by: identity, context: context) }
        let worker = try context.knownWorker
        let body = try await request.body.consumeWithCancellationOnInboundClose { body in
            var request = request
            request.body = body
            let wanted = try await request.decode(as: ClaimRequest.self, context: context)
            try WorkerVersion.check(wanted.capabilities.version)
            let drains = try await services.catalog.workers.heartbeat(worker, wanted.capabilities)
            let wait = drains ? .zero : Duration.seconds(min(max(wanted.wait, 0), JobClaims.longestWait))
            return try await claims.claim(for: worker, wait: wait)
        }
        ServerMetrics.claimed(body != nil)
        // Hummingbird closes a connection whose input somebody watched.
        guard let body else { return Response(status: .noContent, headers: [.connection: "close"]) }
        context.logger.info(
            "job claimed",
            metadata: ["job.id": "\(body.jobID)", "worker.id": "\(worker)", "attempt": "\(body.attempt)"]
        )
        return try JSONResponse(body, headers: [.connection: "close"]).response(from: request, context: context)
    }

    private func claim(_ request: Request, by pod: PodIdentity, context: WorkerContext) async throws -> Response {
        let wanted = try await request.decode(as: ClaimRequest.self, context: context)
        try WorkerVersion.check(wanted.capabilities.version)
        let job = try await claims.claim(for: pod)
        ServerMetrics.claimed(job != nil)
        guard let job else { return Response(status: .noContent) }
        context.logger.info(
            "job claimed",
            metadata: [
                "job.id": "\(job.jobID)", "pod": "\(pod.pod)", "attempt": "\(job.attempt)",
                "trace.id": "\(job.traceID ?? "")",
            ]
        )
        return try JSONResponse(job).response(from: request, context: context)
    }

    private func requireAdminSecret(_ request: Request, context: WorkerContext) async throws {
        var isRight = false
        if let secret = services.configuration.adminSecret, let given = request.headers[.adminSecret] {
            isRight = Secret.matches(given, secret)
        }
        guard try await services.attempts.attempt(from: context.facts.address, isRight: isRight) else {
            throw APIError(.unauthorized, "Registering a worker needs the admin secret, in X-Admin-Secret.")
        }
    }
}

extension WorkerContext {
    /// The worker that authentication found.
    var knownWorker: WorkerID {
        get throws {
            switch runner {
            case .worker(let worker): return worker
            case .pod: throw APIError(.forbidden, "This is for registered workers; a pod claims its job.")
            case nil: throw APIError(.unauthorized, "This needs the API key of a worker.")
            }
        }
    }
}
