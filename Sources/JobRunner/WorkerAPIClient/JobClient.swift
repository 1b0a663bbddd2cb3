import AsyncHTTPClient
import NIOCore
import VLogCore

/// The calls about one job. Each keeps `lease` up to date; those named after what a job must have done repeat it while
/// the server is away, the others try once.
struct JobClient: Sendable {
    let lease: JobLease
    private let api: WorkerAPIClient
    private let requests: JobRequests
    private let retry: RetryPolicy

    init(_ job: ClaimedJob, lease: JobLease, api: WorkerAPIClient, retry: RetryPolicy) {
        self.lease = lease
        self.api = api
        self.requests = JobRequests(job: job.jobID, token: Secret(job.leaseToken), trace: job.traceID)
        self.retry = retry
    }

    /// Renews the lease; one try that takes half the lease at most.
    func renew() async throws {
        let half = Int64((lease.length / 2) / .milliseconds(1))
        try await leased(requests.renew().patient(for: .milliseconds(half)))
    }

    func report(_ report: ProgressReport) async throws { try await leased(try requests.report(report)) }

    func put(_ path: OutputPath, _ content: [UInt8], digest: ContentDigest) async throws {
        let request = requests.put(path, content, digest: digest)
        try await persistently { try await leased(request) }
    }

    /// One try.
    func put(_ archive: ArchiveBody) async throws { try await leased(requests.put(archive)) }

    /// What the server has of this job's files, from this attempt and from earlier ones.
    func files() async throws -> [OutputFileBody] {
        try await persistently { try await answer(requests.files()) }.items
    }

    /// What an earlier attempt had kept; nil when there is nothing, or a server that knows of no checkpoints.
    func checkpoint() async throws -> TranscodeCheckpoint? {
        do {
            return try await persistently { try await answer(requests.checkpoint()) }
        } catch let error as WorkerAPIError where error.code == .notFound || error.code == .refused {
            return nil
        }
    }

    /// One try: the next checkpoint comes soon.
    func keep(_ checkpoint: TranscodeCheckpoint) async throws { try await answer(try requests.keep(checkpoint)) }

    /// Opens the source; one try.
    func source(etag: String, from offset: Int64) async throws -> HTTPClientResponse {
        try await watchingLease { try await api.open(requests.source(etag: etag, from: offset)) }
    }

    /// What to throw for an error in the middle of the source's body: a connection that breaks is a server that is away.
    func failure(of error: any Error) -> any Error { api.failure(of: error) }

    /// Repeats until the server has taken it or the lease has run out.
    @discardableResult
    func complete(_ result: CompleteRequest) async throws -> CompleteResponse {
        let request = try requests.complete(result)
        return try await persistently { try await answer(request) }
    }

    func fail(_ failure: JobFailure) async throws {
        let request = try requests.fail(failure.request)
        try await persistently { try await answer(request) }
    }

    func release() async throws { try await persistently { try await answer(requests.release()) } }

    /// Repeats `body` with growing pauses while the server is away: as long as the lease lasts, and not longer
    /// than the retry policy's patience.
    func persistently<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        var backoff = retry.backoff()
        let start = ContinuousClock.now
        while true {
            do {
                return try await body()
            } catch let error as WorkerAPIError where error.isRetryable {
                guard !lease.isExpired else {
                    lease.end(.leaseLost)
                    throw WorkerAPIError(.leaseLost, "the lease ran out while the server was away", cause: error)
                }
                guard ContinuousClock.now - start < retry.patience else { throw error }
                try await Task.sleep(for: backoff.next())
            }
        }
    }

    private func leased(_ request: WorkerAPIRequest<LeaseBody>) async throws {
        let sent = ContinuousClock.now
        lease.absorb(try await answer(request), sentAt: sent)
    }

    private func answer<Answer>(_ request: WorkerAPIRequest<Answer>) async throws -> Answer {
        try await watchingLease { try await api.send(request) }
    }

    private func watchingLease<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch let error as WorkerAPIError {
            if error.code == .leaseLost { lease.end(.leaseLost) }
            if error.code == .gone { lease.end(.gone) }
            throw error
        }
    }
}
