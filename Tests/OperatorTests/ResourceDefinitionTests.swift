import Foundation
import Kubernetes
import KubernetesTestSupport
import Testing

@testable import ClusterResources
@testable import Operator

/// Holds `crds/` and the Swift types together.
@Suite(.timeLimit(.minutes(2))) struct ResourceDefinitionTests {
    private func definition(_ kind: ResourceKind) throws -> CustomResourceDefinition {
        try #require(try CustomResourceDefinition.all().first { $0.spec.names.kind == kind.kind })
    }

    @Test(arguments: [TranscodeJob.kind, VLogWorker.kind])
    func bothCallItTheSame(kind: ResourceKind) throws {
        let definition = try definition(kind)
        #expect(definition.spec.group == kind.group)
        #expect(definition.spec.names.plural == kind.plural)
        #expect(definition.spec.versions.compactMap { $0.member("name") } == [.string(kind.version)])
        #expect(definition.spec.scope == "Namespaced")
        #expect(definition.spec.names.categories == ["vlog"])
    }

    /// Every field that Swift reads or writes is in the schema, and every field of the schema is one that Swift knows.
    @Test func theFieldsAreTheSame() throws {
        var job = Fixture.job { job in
            job.spec.accelerator = .cpu
            job.spec.source.url = "http://x"
            job.spec.source.video = TranscodeJobSpec.Video(id: 1, workerAPI: "http://x")
            job.spec.activeDeadlineSeconds = 1
            job.spec.ttlSecondsAfterFinished = 1
            var status = TranscodeJobStatus()
            status.observedGeneration = 1
            status.set(.accepted, .yes, .valid, "m", at: Fixture.now)
            status.summary = .running
            status.worker = "w"
            status.attempt = 1
            status.job = TranscodeJobStatus.ChildJob(name: "n", uid: "u")
            status.progress = TranscodeJobStatus.Progress(percent: 1, stage: "s", updatedAt: Fixture.now)
            status.encoder = "e"
            status.retryAt = Fixture.now
            status.startTime = Fixture.now
            status.completionTime = Fixture.now
            status.lastAttempts = [AttemptRecord(Fixture.ended(code: 70), now: Fixture.now)]
            job.status = status
        }
        job.metadata = ObjectMeta(name: "x")
        try expectSameFields(job, try definition(TranscodeJob.kind))

        var pool = Fixture.pool { pool in
            pool.spec.accelerator.resourceName = "nvidia.com/gpu"
            pool.spec.accelerator.runtimeClassName = "nvidia"
            pool.spec.imagePullPolicy = "Always"
            pool.spec.imagePullSecrets = [LocalObjectReference(name: "s")]
            pool.spec.resources = ResourceRequirements(requests: [:], limits: [:])
            pool.spec.nodeSelector = [:]
            pool.spec.tolerations = []
            pool.spec.affinity = .object([:])
            pool.spec.priorityClassName = "p"
            pool.spec.serviceAccountName = "s"
            pool.spec.scratch = VLogWorkerSpec.Scratch(sizeLimit: "1Gi")
            pool.spec.podTemplate = .object([:])
            pool.spec.podMetadata = PodTemplate.Metadata(labels: [:], annotations: [:])
            pool.spec.server = VLogWorkerSpec.Server(
                url: "http://x",
                apiKeySecret: VLogWorkerSpec.Server.SecretKey(name: "n", key: "k")
            )
            var status = AdmissionPlan(pools: [pool], jobs: [Fixture.job()], livePods: [], now: Fixture.now).statuses[
                "cpu"
            ]
            status?.observedGeneration = 1
            pool.status = status
        }
        pool.metadata = ObjectMeta(name: "x")
        try expectSameFields(pool, try definition(VLogWorker.kind))
    }

    private func expectSameFields(_ object: some KubernetesResource, _ definition: CustomResourceDefinition) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(try KubernetesJSON.bytes(of: object)))
        for part in ["spec", "status"] {
            let ours = fields(of: try #require(value.member(part)), at: part)
            let theirs = fields(ofSchema: try #require(definition.schema?.member("properties")?.member(part)), at: part)
            #expect(ours == theirs)
        }
    }

    /// Paths of all members, lists by their first element.
    private func fields(of value: JSONValue, at path: String) -> Set<String> {
        switch value {
        case .object(let members):
            members.reduce(into: []) {
                $0.formUnion(fields(of: $1.value, at: "\(path).\($1.key)").union(["\(path).\($1.key)"]))
            }
        case .array(let elements): elements.first.map { fields(of: $0, at: path) } ?? []
        default: []
        }
    }

    private func fields(ofSchema schema: JSONValue, at path: String) -> Set<String> {
        if let items = schema.member("items") {
            return path.hasSuffix("tolerations") ? [] : fields(ofSchema: items, at: path)
        }
        guard case .object(let properties)? = schema.member("properties") else { return [] }
        return properties.reduce(into: []) { result, property in
            let path = "\(path).\(property.key)"
            result.formUnion(fields(ofSchema: property.value, at: path).union([path]))
        }
    }

    /// Words that both sides list.
    @Test func theWordsAreTheSame() throws {
        let job = try #require(try definition(TranscodeJob.kind).schema)
        let pool = try #require(try definition(VLogWorker.kind).schema)
        func words(_ schema: JSONValue, _ path: String) -> Set<String> {
            var schema: JSONValue? = schema
            for name in path.split(separator: ".") {
                schema = schema?.member("items") ?? schema
                schema = schema?.member("properties")?.member(String(name))
            }
            schema = schema?.member("items") ?? schema
            guard case .array(let words)? = schema?.member("enum") else { return [] }
            return Set(words.compactMap { if case .string(let word) = $0 { word } else { nil } })
        }
        #expect(words(job, "spec.profile.codecs") == Set(TranscodeJobSpec.Profile.Codec.allCases.map(\.rawValue)))
        #expect(words(job, "spec.profile.format") == Set(TranscodeJobSpec.Profile.Format.allCases.map(\.rawValue)))
        #expect(words(job, "spec.profile.effort") == Set(TranscodeJobSpec.Profile.Effort.allCases.map(\.rawValue)))
        #expect(words(job, "spec.accelerator") == Set(AcceleratorType.allCases.map(\.rawValue)))
        #expect(words(job, "status.summary") == Set(TranscodeJobStatus.Summary.allCases.map(\.rawValue)))
        #expect(words(job, "status.lastAttempts.class") == Set(AttemptRecord.Class.allCases.map(\.rawValue)))
        #expect(words(pool, "spec.mode") == Set(VLogWorkerSpec.Mode.allCases.map(\.rawValue)))
        #expect(words(pool, "spec.accelerator.type") == Set(AcceleratorType.allCases.map(\.rawValue)))
    }

    /// `kubectl apply` keeps a copy in an annotation, which has a limit of 256 KiB.
    @Test func noDefinitionIsTooLargeForKubectlApply() throws {
        for definition in try CustomResourceDefinition.all() {
            #expect(try KubernetesJSON.bytes(of: definition).count < 200_000)
        }
    }
}
