import Foundation
import Kubernetes
import KubernetesTestSupport
import Testing

@testable import ClusterResources
@testable import Operator

/// What a real API server makes of the definitions: defaults, rules and what may change.
@Suite(.enabled(if: RealAPIServer.isAvailable)) struct SchemaTests {
    /// An object as somebody writes it, for requests that our own types could not make.
    private struct RawJob: KubernetesResource {
        static let kind = TranscodeJob.kind
        var metadata: ObjectMeta
        var spec: JSONValue
    }

    private struct RawWorker: KubernetesResource {
        static let kind = VLogWorker.kind
        var metadata: ObjectMeta
        var spec: JSONValue
    }

    @Test(.timeLimit(.minutes(4))) func theDefinitionsHold() async throws {
        try await withOperatorCluster(.real) { client, namespace in
            try await defaultsAreFilledIn(client, namespace)
            try await rulesNameWhatTheyForbid(client, namespace)
            try await theWorkStaysAsItWasCreated(client, namespace)
            try await thePriorityStaysOnceAdmitted(client, namespace)
            try await poolsScaleThroughTheSubresource(client, namespace)
        }
    }

    private func claim(_ path: String) -> JSONValue {
        .object(["persistentVolumeClaim": .object(["claimName": .string("videos"), "path": .string(path)])])
    }

    private func raw(
        _ name: String,
        _ namespace: String,
        _ more: [String: JSONValue] = [:],
        source: String = "a.mp4"
    ) -> RawJob {
        let spec = ["source": claim(source), "output": claim("out/a")].merging(more) { $1 }
        return RawJob(metadata: ObjectMeta(name: name, namespace: namespace), spec: .object(spec))
    }

    private func refusal(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    private func defaultsAreFilledIn(_ client: KubernetesClient, _ namespace: String) async throws {
        _ = try await client.send(.create(raw("plain", namespace)))
        let job = try await client.send(
            KubernetesRequest<TranscodeJob>.get(ObjectKey(namespace: namespace, name: "plain"))
        )
        #expect(job.spec.profile.qualities == ["2160p", "1440p", "1080p", "720p", "480p", "360p"])
        #expect(job.spec.profile.codecs == [.h264])
        #expect(job.spec.retryPolicy.maxFailures == 3)
        #expect(!job.spec.suspend)
        let image: JSONValue = .object(["image": .string("vlog:1")])
        _ = try await client.send(
            .create(RawWorker(metadata: ObjectMeta(name: "plain", namespace: namespace), spec: image))
        )
        let pool = try await client.send(
            KubernetesRequest<VLogWorker>.get(ObjectKey(namespace: namespace, name: "plain"))
        )
        #expect(pool.spec.mode == .job)
        #expect(pool.spec.replicas == 1)
        #expect(pool.spec.accelerator.type == .cpu)
    }

    private func rulesNameWhatTheyForbid(_ client: KubernetesClient, _ namespace: String) async throws {
        for path in ["/etc/passwd", "../other", "a/../../b"] {
            let refusal = await refusal { _ = try await client.send(.create(raw("bad", namespace, source: path))) }
            #expect(refusal.contains("path must be relative"), "\(path): \(refusal)")
        }
        let two: [String: JSONValue] = [
            "source": .object([
                "url": .string("https://example.com/a.mp4"),
                "persistentVolumeClaim": .object([
                    "claimName": .string("c"), "path": .string("p"),
                ]),
            ])
        ]
        #expect(
            await refusal { _ = try await client.send(.create(raw("bad", namespace, two))) }.contains("exactly one of")
        )
        let scheme: [String: JSONValue] = ["source": .object(["url": .string("file:///etc/passwd")])]
        #expect(
            await refusal { _ = try await client.send(.create(raw("bad", namespace, scheme))) }.contains(
                "spec.source.url"
            )
        )
        let both: [String: JSONValue] = ["worker": .string("a"), "accelerator": .string("CPU")]
        #expect(
            await refusal { _ = try await client.send(.create(raw("bad", namespace, both))) }
                .contains("give worker or accelerator")
        )
        let long = String(repeating: "a", count: 53)
        #expect(await refusal { _ = try await client.send(.create(raw(long, namespace))) }.contains("at most 52"))
        let codec: [String: JSONValue] = ["profile": .object(["codecs": .array([.string("VP9")])])]
        #expect(
            await refusal { _ = try await client.send(.create(raw("bad", namespace, codec))) }.contains(
                "Unsupported value"
            )
        )
        let pull: JSONValue = .object(["image": .string("vlog:1"), "mode": .string("Pull")])
        let worker = RawWorker(metadata: ObjectMeta(name: "bad", namespace: namespace), spec: pull)
        #expect(await refusal { _ = try await client.send(.create(worker)) }.contains("server says where"))
    }

    private func theWorkStaysAsItWasCreated(_ client: KubernetesClient, _ namespace: String) async throws {
        var job = try await client.send(
            KubernetesRequest<TranscodeJob>.get(ObjectKey(namespace: namespace, name: "plain"))
        )
        job.spec.profile.codecs = [.av1]
        let changed = job
        #expect(await refusal { _ = try await client.send(.replace(changed)) }.contains("profile cannot be changed"))
        job.spec.profile.codecs = [.h264]
        job.spec.suspend = true
        #expect(try await client.send(.replace(job)).metadata.generation == 2)
    }

    private func thePriorityStaysOnceAdmitted(_ client: KubernetesClient, _ namespace: String) async throws {
        _ = try await client.send(.create(raw("urgent", namespace)))
        var job = try await client.send(
            KubernetesRequest<TranscodeJob>.get(ObjectKey(namespace: namespace, name: "urgent"))
        )
        job.spec.priority = 5
        job = try await client.send(.replace(job))
        var status = TranscodeJobStatus()
        status.set(.admitted, .yes, .admitted, "m", at: Date())
        job.status = status
        job = try await client.send(.replaceStatus(job))
        #expect(job.status?.isTrue(.admitted) == true)
        job.spec.priority = 6
        let changed = job
        #expect(await refusal { _ = try await client.send(.replace(changed)) }.contains("priority cannot be changed"))
    }

    private func poolsScaleThroughTheSubresource(_ client: KubernetesClient, _ namespace: String) async throws {
        let key = ObjectKey(namespace: namespace, name: "plain")
        let patch = JSONValue.object(["spec": .object(["replicas": .integer(7)])])
        struct Scale: KubernetesResource {
            static let kind = VLogWorker.kind
            struct Spec: Codable, Sendable, Equatable { var replicas: Int? }
            var metadata: ObjectMeta
            var spec: Spec
        }
        let scaled = try await client.send(
            KubernetesRequest<Scale>.patch(key, subresource: "scale", patch, manager: "test")
        )
        #expect(scaled.spec.replicas == 7)
        #expect(try await client.send(KubernetesRequest<VLogWorker>.get(key)).spec.replicas == 7)
    }
}
