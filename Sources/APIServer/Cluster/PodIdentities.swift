import Catalog
import ClusterResources
import Foundation
import HTTPTypes
import Kubernetes
import Logging
import Synchronization
import VLogCore

/// A runner's pod, and the one job that it may do.
struct PodIdentity: Sendable, Equatable {
    let pod: String
    /// The TranscodeJob that it was made for.
    let clusterJob: String
    let job: JobID
}

/// Tells which pod a token belongs to, and so which job it may do. Kubernetes says whether the token is good; what it says
/// is remembered for a minute.
final class PodIdentities: Sendable {
    private struct Outcome {
        let identity: PodIdentity?
        let until: ContinuousClock.Instant
    }

    private static let memory = Duration.seconds(60)
    private static let mostOutcomes = 10_000
    private static let longestToken = 8 << 10

    private let access: ClusterAccess
    private let jobs: JobQueries
    private let attempts: AttemptGuard
    private let turns: TurnQueue
    private let logger: Logger
    private let outcomes = Mutex<[[UInt8]: Outcome]>([:])

    init(access: ClusterAccess, jobs: JobQueries, limits: ServerLimits, redis: RedisBus?, logger: Logger) {
        self.access = access
        self.jobs = jobs
        self.logger = logger
        attempts = AttemptGuard(.podTokens, limits, redis: redis)
        turns = TurnQueue(atOnce: max(1, min(4, limits.attemptsPerAddress / 2)))
    }

    /// Nil for a token that is no pod's, or of a pod that has no job of ours. Throws 503 when Kubernetes does not answer, and
    /// 429 when an address has shown too many wrong ones.
    func identity(of token: String, from address: String?) async throws -> PodIdentity? {
        // No JSON Web Token: it costs nobody a request.
        guard token.utf8.count <= Self.longestToken,
            token.split(separator: ".", omittingEmptySubsequences: false).count == 3
        else { return nil }
        let digest = Secret.hash(token)
        if let known = outcomes.withLock({ $0[digest] }), ContinuousClock.now < known.until { return known.identity }
        let found = Mutex<PodIdentity?>(nil)
        try await turns.withTurn {
            _ = try await attempts.attempt(from: address) {
                let identity = try await ask(token)
                found.withLock { $0 = identity }
                return identity != nil
            }
        }
        let identity = found.withLock { $0 }
        remember(Outcome(identity: identity, until: .now + Self.memory), of: digest)
        return identity
    }

    private func ask(_ token: String) async throws -> PodIdentity? {
        do {
            guard let client = access.client else { throw KubernetesError(.unavailable, "the server is starting") }
            return try await review(token, client)
        } catch let error as KubernetesError {
            logger.warning("pod token not checked", metadata: ["error": "\(error)"])
            throw APIError(
                .serviceUnavailable,
                "The token cannot be checked at this moment, since Kubernetes does not answer.",
                headers: [.retryAfter: "5"],
                cause: error
            )
        }
    }

    private func review(_ token: String, _ client: KubernetesClient) async throws -> PodIdentity? {
        let review = try await client.send(.review(token: token, audiences: [RunnerToken.audience]))
        let namespace = access.configuration.namespace
        guard let status = review.status, status.authenticated == true,
            status.audiences?.contains(RunnerToken.audience) == true,
            status.user?.username?.hasPrefix("system:serviceaccount:\(namespace):") == true,
            let bound = status.user?.pod
        else { return nil }
        do {
            let pod = try await client.send(
                KubernetesRequest<Pod>.get(ObjectKey(namespace: namespace, name: bound.name))
            )
            guard pod.metadata.uid == bound.uid, pod.metadata.controller?.kind == "Job",
                let name = pod.metadata.labels?[LabelName.transcodeJob],
                let uid = pod.metadata.labels?[LabelName.transcodeJobUID]
            else { return nil }
            guard let job = try await jobs.job(ofClusterJob: name, uid: uid) else { return nil }
            return PodIdentity(pod: bound.name, clusterJob: name, job: job)
        } catch let error as KubernetesError where error.code == .notFound {
            return nil
        }
    }

    private func remember(_ outcome: Outcome, of digest: [UInt8]) {
        let now = ContinuousClock.now
        outcomes.withLock { outcomes in
            if outcomes.count >= Self.mostOutcomes { outcomes = outcomes.filter { now < $0.value.until } }
            if outcomes.count < Self.mostOutcomes { outcomes[digest] = outcome }
        }
    }
}
