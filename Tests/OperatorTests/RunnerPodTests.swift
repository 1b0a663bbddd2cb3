import Foundation
import Kubernetes
import Testing

@testable import ClusterResources
@testable import Operator

@Suite(.timeLimit(.minutes(2))) struct RunnerPodTests {
    private func container(_ job: Job) throws -> Container { try #require(job.spec.template?.spec.containers.first) }

    private func variable(_ name: String, _ container: Container) -> String? {
        container.env?.first { $0.name == name }?.value
    }

    private func gpu(_ type: AcceleratorType, _ change: (inout VLogWorker) -> Void = { _ in }) -> VLogWorker {
        Fixture.pool("gpu") { pool in
            pool.spec.accelerator.type = type
            change(&pool)
        }
    }

    @Test(arguments: [(AcceleratorType.nvidia, "nvidia.com/gpu"), (.intel, "gpu.intel.com/xe")])
    func aPodAsksForTheAcceleratorOfItsPool(type: AcceleratorType, resource: String) throws {
        let pool = gpu(type) { $0.spec.accelerator.runtimeClassName = "special" }
        let job = RunnerJob(Fixture.job(), attempt: 1, worker: pool).job
        #expect(try container(job).resources?.limits == [resource: "1"])
        #expect(job.spec.template?.spec.runtimeClassName == "special")
        #expect(variable("VLOG_ACCELERATOR", try container(job)) == "auto")
    }

    @Test func theResourcesNameIsFree() throws {
        let pool = gpu(.nvidia) { pool in
            pool.spec.accelerator.resourceName = "nvidia.com/mig-1g.10gb"
            pool.spec.accelerator.count = 2
            pool.spec.resources = ResourceRequirements(requests: ["cpu": "4"], limits: ["memory": "8Gi"])
        }
        let resources = try container(RunnerJob(Fixture.job(), attempt: 1, worker: pool).job).resources
        #expect(resources?.limits == ["memory": "8Gi", "nvidia.com/mig-1g.10gb": "2"])
        #expect(resources?.requests == ["cpu": "4"])
    }

    @Test func aPoolOfCPUsSeesNoCard() throws {
        let container = try container(RunnerJob(Fixture.job(), attempt: 1, worker: Fixture.pool()).job)
        #expect(variable("NVIDIA_VISIBLE_DEVICES", container) == "void")
        #expect(variable("VLOG_ACCELERATOR", container) == "cpu")
        #expect(container.resources == nil)
    }

    @Test func theRunnerIsToldWhatTheJobSays() throws {
        let job = Fixture.job { job in
            job.spec.profile.codecs = [.h264, .av1]
            job.spec.profile.format = .cmaf
            job.spec.profile.keepHDR = true
        }
        let arguments = try container(RunnerJob(job, attempt: 1, worker: Fixture.pool()).job).args
        #expect(
            arguments == [
                "runner", "job", "--source", "/source/film.mp4", "--output", "/output/out/film", "--qualities",
                "720p,360p",
                "--codecs", "h264,av1", "--format", "cmaf", "--effort", "fast", "--keep-hdr",
            ]
        )
    }

    @Test func aVideoIsGotAndGivenThroughItsServerByTheTokenOfThePod() throws {
        let job = Fixture.job { job in
            job.spec.source = .init(video: TranscodeJobSpec.Video(id: 7, workerAPI: "http://vlog-worker.vlog:9002"))
            job.spec.output = nil
        }
        let child = RunnerJob(job, attempt: 1, worker: Fixture.pool()).job
        let container = try container(child)
        #expect(container.args == ["runner", "job", "--server", "http://vlog-worker.vlog:9002"])
        let mount = try #require(container.volumeMounts?.first { $0.name == "token" })
        #expect(mount.readOnly == true)
        #expect(variable("VLOG_WORKER_TOKEN_FILE", container) == "\(mount.mountPath)/token")
        #expect(child.spec.template?.spec.volumes?.map(\.name) == ["scratch", "token"])
        let sources = child.spec.template?.spec.volumes?.last?.projected?.sources
        #expect(sources?.map(\.serviceAccountToken.audience) == ["vlog-worker-api"])
        #expect(sources?.map(\.serviceAccountToken.path) == ["token"])
        // What Kubernetes itself would take stays out of the pod.
        #expect(child.spec.template?.spec.automountServiceAccountToken == false)
    }

    @Test func anAddressNeedsNoVolumeAndPrivateOnesAreThePoolsToAllow() throws {
        let job = Fixture.job { $0.spec.source = TranscodeJobSpec.Source(url: "https://example.com/a.mp4") }
        let closed = RunnerJob(job, attempt: 1, worker: Fixture.pool()).job
        #expect(try container(closed).args?.prefix(4) == ["runner", "job", "--source", "https://example.com/a.mp4"])
        #expect(closed.spec.template?.spec.volumes?.map(\.name) == ["scratch", "output"])
        #expect(variable("VLOG_ALLOW_PRIVATE_SOURCES", try container(closed)) == nil)
        let open = RunnerJob(job, attempt: 1, worker: Fixture.pool { $0.spec.allowPrivateSources = true }).job
        #expect(variable("VLOG_ALLOW_PRIVATE_SOURCES", try container(open)) == "true")
    }

    @Test func kubernetesDecidesByTheExitCodesAndNeverByTheirAbsence() throws {
        let rules = try #require(RunnerJob(Fixture.job(), attempt: 1, worker: Fixture.pool()).job.spec.podFailurePolicy)
            .rules
        #expect(rules.map(\.action) == ["FailJob", "Ignore", "Ignore"])
        #expect(rules[0].onExitCodes?.values == [65, 66, 78])
        #expect(rules[1].onExitCodes?.values == [75])
        #expect(rules[2].onPodConditions?.map(\.type) == ["DisruptionTarget"])
        #expect(rules.compactMap(\.onExitCodes).allSatisfy { $0.operator == "In" })
    }

    @Test func whatTheOwnerWantsOnPodsNeverHidesThemFromTheOperator() {
        let pool = Fixture.pool { pool in
            pool.spec.podMetadata = PodTemplate.Metadata(
                labels: [LabelName.managedBy: "me", "team": "media"],
                annotations: ["note": "x"]
            )
        }
        let metadata = RunnerJob(Fixture.job(), attempt: 1, worker: pool).job.spec.template?.metadata
        #expect(metadata?.labels?[LabelName.managedBy] == LabelName.operatorName)
        #expect(metadata?.labels?["team"] == "media")
        #expect(metadata?.annotations?["note"] == "x")
    }

    @Test func thePoolsTemplateIsMergedAsKubectlWould() throws {
        let patch = """
            {"metadata": {"labels": {"vlog.dev/worker": "mine", "team": "media"}},
             "spec": {"dnsPolicy": "Default", "restartPolicy": "Always",
                      "volumes": [{"name": "models", "emptyDir": {}}],
                      "containers": [{"name": "runner", "env": [{"name": "EXTRA", "value": "1"},
                                                                {"name": "VLOG_LOG_FORMAT", "$patch": "delete"}],
                                      "volumeMounts": [{"mountPath": "/models", "name": "models"}]},
                                     {"name": "sidecar", "image": "busybox"}]}}
            """
        let overrides = try JSONDecoder().decode(JSONValue.self, from: Data(patch.utf8))
        let job = RunnerJob(Fixture.job(), attempt: 1, worker: Fixture.pool { $0.spec.podTemplate = overrides }).job
        let written = try JSONDecoder().decode(JSONValue.self, from: Data(try KubernetesJSON.bytes(of: job)))
        let template = try #require(written.member("spec")?.member("template"))
        #expect(template.member("metadata")?.member("labels")?.member("team") == .string("media"))
        #expect(template.member("metadata")?.member("labels")?.member("vlog.dev/worker") == .string("cpu"))
        let spec = try #require(template.member("spec"))
        #expect(spec.member("dnsPolicy") == .string("Default"))
        #expect(spec.member("restartPolicy") == .string("Never"))
        #expect(spec.names("volumes").contains("models") && spec.names("volumes").contains("scratch"))
        #expect(spec.names("containers") == ["runner", "sidecar"])
        guard case .array(let containers)? = spec.member("containers"), let runner = containers.first else { return }
        #expect(runner.member("image") == .string("vlog:1"))
        #expect(runner.names("env").contains("EXTRA") && runner.names("env").contains("VLOG_POD_NAME"))
        #expect(!runner.names("env").contains("VLOG_LOG_FORMAT"))
    }

    @Test func theTraceOfTheUploadGoesAllTheWay() throws {
        let job = Fixture.job { $0.metadata.annotations = [AnnotationName.trace: "request-7"] }
        let child = RunnerJob(job, attempt: 1, worker: Fixture.pool()).job
        #expect(child.metadata.annotations?[AnnotationName.trace] == "request-7")
        #expect(child.spec.template?.metadata.annotations?[AnnotationName.trace] == "request-7")
        #expect(variable("VLOG_TRACE_ID", try container(child)) == "request-7")
    }

    @Test func aPullPoolIsADeploymentWhoseKeyOnlyTheKubeletReads() {
        let pool = Fixture.pool("pull", replicas: 3) { pool in
            pool.spec.mode = .pull
            pool.spec.server = VLogWorkerSpec.Server(
                url: "http://vlog:9002",
                apiKeySecret: VLogWorkerSpec.Server.SecretKey(name: "vlog-worker", key: "api-key")
            )
        }
        let plan = PullPoolPlan(pool, observed: nil, now: Fixture.now)
        #expect(plan.deployment.spec.replicas == 3)
        #expect(plan.deployment.spec.selector.matchLabels == pool.podLabels)
        let environment = plan.deployment.spec.template?.spec.containers.first?.env ?? []
        #expect(environment.first { $0.name == "VLOG_WORKER_API_URL" }?.value == "http://vlog:9002")
        let key = environment.first { $0.name == "VLOG_WORKER_API_KEY" }
        #expect(key?.value == nil)
        #expect(key?.valueFrom?.secretKeyRef?.name == "vlog-worker")
        #expect(plan.status.conditions.first(ofType: "Ready")?.reason == "Progressing")
        #expect(plan.status.selector == pool.selector)
        #expect(plan.budget.spec.selector.matchLabels == pool.podLabels)
        #expect(plan.budget.spec.maxUnavailable == 1)
    }

    @Test func aSuspendedPullPoolWantsNoPods() {
        let pool = Fixture.pool("pull", replicas: 3) { pool in
            pool.spec.mode = .pull
            pool.spec.suspend = true
        }
        #expect(PullPoolPlan(pool, observed: nil, now: Fixture.now).deployment.spec.replicas == 0)
    }
}

extension JSONValue {
    /// The names of the entries of a list.
    fileprivate func names(_ list: String) -> [String] {
        guard case .array(let entries)? = member(list) else { return [] }
        return entries.compactMap { entry in
            guard case .string(let name)? = entry.member("name") else { return nil }
            return name
        }
    }
}
