import Catalog
import ClusterResources
import Foundation
import Kubernetes
import KubernetesTestSupport
import Postgres
import TestSupport
import Testing
import VLogCore

@testable import APIServer

/// A server that hands its jobs to an API server of Kubernetes in memory, where the test is the operator.
struct ClusterDouble: Sendable {
    static let namespace = "media"

    let kubernetes: FakeAPIServer
    let client: KubernetesClient
    let server: RunningServer

    var services: ServerServices { server.services }

    static func configuration(_ connection: ClusterConnection) -> ClusterConfiguration {
        ClusterConfiguration(connection: connection, namespace: namespace, workerAPI: "http://vlog:9002")
    }

    static func with(
        adjust: @escaping @Sendable (inout ClusterConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (ClusterDouble) async throws -> Void
    ) async throws {
        let kubernetes = FakeAPIServer()
        try await kubernetes.run { connection in
            try await KubernetesClient.with(connection, userAgent: "test") { client in
                try await withServer {
                    var cluster = configuration(connection)
                    adjust(&cluster)
                    $0.cluster = cluster
                } body: { server in
                    try await body(ClusterDouble(kubernetes: kubernetes, client: client, server: server))
                }
            }
        }
    }

    func until(_ condition: () async throws -> Bool) async throws { try await services.until(condition) }

    func transcodeJobs() async throws -> [TranscodeJob] {
        let selection = ObjectSelection(namespace: Self.namespace)
        return try await client.send(KubernetesRequest<ObjectList<TranscodeJob>>.list(selection)).items
    }

    /// The one TranscodeJob of the video, once it is made and the database knows it.
    func transcodeJob(of video: VideoID, besides old: String? = nil) async throws -> TranscodeJob {
        while true {
            let known = try await services.catalog.jobs.clusterJob(of: video)
            if let name = known?.name, name != old, let uid = known?.uid {
                let all = try await transcodeJobs().filter { $0.videoID == video && $0.metadata.name != old }
                #expect(all.map(\.metadata.name) == [name])
                #expect(all.map(\.metadata.uid) == [uid])
                return try #require(all.first)
            }
            _ = try await services.pool.query("SELECT pg_sleep(0.01)")
        }
    }

    /// What the operator would write.
    func tell(_ job: TranscodeJob, _ change: (inout TranscodeJobStatus) -> Void) async throws {
        var job = job
        var status = job.status ?? TranscodeJobStatus()
        change(&status)
        job.status = status
        _ = try await client.send(.replaceStatus(job))
    }

    func progress(of video: VideoID) async throws -> ProgressBody {
        try #require(try await services.catalog.videos.admin(video)).progress
    }

    /// A pod of the TranscodeJob, as its Job would make it, and a token for it.
    func addPod(of job: TranscodeJob, name: String, token: String) async throws {
        let labels = [LabelName.transcodeJob: job.metadata.name, LabelName.transcodeJobUID: job.metadata.uid ?? ""]
        let owner = OwnerReference(apiVersion: "batch/v1", kind: "Job", name: "x", uid: "x", controller: true)
        let metadata = ObjectMeta(name: name, namespace: Self.namespace, labels: labels, ownerReferences: [owner])
        let pod = try await client.send(.create(Pod(metadata: metadata)))
        kubernetes.setToken(token, Self.status(pod: name, uid: pod.metadata.uid ?? ""))
    }

    static func status(
        pod: String,
        uid: String,
        audience: String = RunnerToken.audience,
        namespace: String = ClusterDouble.namespace
    ) -> TokenReview.Status {
        TokenReview.Status(
            authenticated: true,
            audiences: [audience],
            user: TokenReview.User(
                username: "system:serviceaccount:\(namespace):default",
                extra: [
                    "authentication.kubernetes.io/pod-name": [pod], "authentication.kubernetes.io/pod-uid": [uid],
                ]
            )
        )
    }

    /// A request of a pod's runner.
    func send(
        _ token: String,
        _ method: String,
        _ path: String,
        _ headers: [String: String] = [:],
        _ body: [UInt8]? = nil
    ) async throws -> Wire.Answer {
        let headers = headers.merging(["Authorization": "Bearer \(token)"]) { $1 }
        return try await Wire.exchange(server.workerPort, method, path, headers, body: body)
    }

    func claim(_ token: String) async throws -> Wire.Answer {
        let body = try TestRunner.encode(ClaimRequest(wait: 0, capabilities: TestRunner.capabilities))
        return try await send(token, "POST", "/api/worker/claim", ["Content-Type": "application/json"], body)
    }
}
