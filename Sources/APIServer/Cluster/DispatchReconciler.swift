import Catalog
import ClusterResources
import Foundation
import Kubernetes
import Logging
import Postgres
import VLogCore

/// Brings one video's job forward on Kubernetes: looks, decides (`DispatchPlan`), and does what that says.
struct DispatchReconciler: Sendable {
    let jobs: JobQueries
    let alerts: AlertService
    let client: KubernetesClient
    let store: ObjectStore<TranscodeJob>
    let make: VideoTranscodeJob
    let configuration: ClusterConfiguration

    /// Names that are somebody else's, one after the other, before a job waits for the next pass.
    private static let mostTakenNames = 5

    func reconcile(_ video: VideoID, logger: Logger) async throws -> Requeue {
        do {
            let job = try await jobs.clusterJob(of: video)
            let plan = DispatchPlan(job, made: store.objects(in: "\(video)"), now: Date())
            for step in plan.steps { try await carryOut(step, for: job, logger: logger) }
            return plan.next.map { .after(.seconds(max(0.1, $0.timeIntervalSinceNow))) } ?? .whenChanged
        } catch let error as PostgresError {
            throw KubernetesError(.unavailable, "the database did not answer", cause: error)
        }
    }

    private func carryOut(_ step: DispatchPlan.Step, for job: ClusterJob?, logger: Logger) async throws {
        switch (step, job) {
        case (.delete(let name, let uid), _):
            try await gone { try await client.send(.delete(TranscodeJob.self, key(name), uid: uid)) }
            logger.info("transcode job deleted", metadata: ["k8s.name": "\(name)"])
        case (.prioritise(let name, let priority), _):
            let patch = PriorityPatch(spec: .init(priority: priority))
            // Admitted meanwhile: it is too late, and no harm.
            try? await gone { store.put(try await client.send(.patch(key(name), patch, manager: "vlog-server"))) }
        case (_, nil): break
        case (.handOver, let job?):
            guard let named = try await jobs.handOver(job.jobID), let name = named.name else { return }
            try await create(named, name, logger: logger)
        case (.create(let name), let job?): try await create(job, name, logger: logger)
        case (.adopt(let name, let uid), let job?): try await jobs.clusterJobMade(job.jobID, name: name, uid: uid)
        case (.confirmLoss(let name, let uid), let job?):
            try await confirmLoss(job, name, uid, logger: logger)
        case (.end(let name, let code, let message), let job?):
            try await end(job, name, code, message, logger: logger)
        case (.say(let name, let message), let job?): try await jobs.clusterSays(job.jobID, name: name, message)
        }
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: configuration.namespace, name: name) }

    private func gone(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as KubernetesError where error.code == .notFound || error.code == .conflict {
            return
        }
    }

    private struct PriorityPatch: Encodable {
        struct Spec: Encodable { let priority: Int }
        let spec: Spec
    }
}

extension DispatchReconciler {
    /// One that is there already is ours, from a pass that was broken off, or that of somebody else, which costs the job its
    /// name.
    private func create(_ job: ClusterJob, _ name: String, logger: Logger) async throws {
        var (job, name) = (job, name)
        for _ in 0..<Self.mostTakenNames {
            guard let made = try await made(job, name, logger: logger) else { return }
            if make.isOurs(made, for: job.jobID) {
                store.put(made)
                try await jobs.clusterJobMade(job.jobID, name: name, uid: made.metadata.uid ?? "")
                logger.info(
                    "transcode job made",
                    metadata: [
                        "k8s.name": "\(name)", "job.id": "\(job.jobID)", "trace.id": "\(job.traceID ?? "")",
                    ]
                )
                return
            }
            logger.warning("transcode job name taken", metadata: ["k8s.name": "\(name)"])
            guard let renamed = try await jobs.handOver(job.jobID, taken: name), let other = renamed.name else {
                return
            }
            (job, name) = (renamed, other)
        }
        throw KubernetesError(.conflict, "the names of job \(job.jobID) are taken")
    }

    /// What has this name now; nil when the job ended by it.
    private func made(_ job: ClusterJob, _ name: String, logger: Logger) async throws -> TranscodeJob? {
        do {
            return try await client.send(.create(make.object(job, name: name)))
        } catch let error as KubernetesError {
            switch error.code {
            case .alreadyExists: return try await client.send(.get(key(name)))
            case .invalid:
                try await end(job, name, .internal, "Kubernetes refused the job: \(error.message)", logger: logger)
                return nil
            case .notFound:
                let message =
                    "The namespace '\(configuration.namespace)', or the definition of TranscodeJob, is missing."
                try await jobs.clusterSays(job.jobID, name: name, message)
                throw KubernetesError(.unavailable, message, cause: error)
            default:
                try await jobs.clusterSays(job.jobID, name: name, "It cannot be made: \(error.message)")
                throw error
            }
        }
    }

    /// The cache may be behind: only the API server knows that there is no such object.
    private func confirmLoss(_ job: ClusterJob, _ name: String, _ uid: String, logger: Logger) async throws {
        do {
            let found = try await client.send(KubernetesRequest<TranscodeJob>.get(key(name)))
            guard found.metadata.uid != uid || found.metadata.deletionTimestamp != nil else { return store.put(found) }
        } catch let error as KubernetesError where error.code == .notFound {
            // As was thought.
        }
        try await end(
            job,
            name,
            .cancelled,
            "Somebody deleted its TranscodeJob \(name). Retry makes another.",
            logger: logger
        )
    }

    private func end(
        _ job: ClusterJob,
        _ name: String,
        _ code: FailureCode,
        _ message: String,
        logger: Logger
    ) async throws {
        guard try await jobs.clusterEnded(job.jobID, name: name, code, message) else { return }
        logger.info(
            "job ended in the cluster",
            metadata: [
                "k8s.name": "\(name)", "job.id": "\(job.jobID)", "error.code": "\(code.rawValue)",
                "trace.id": "\(job.traceID ?? "")",
            ]
        )
        await alerts.noteEnded([job.jobID])
    }
}
