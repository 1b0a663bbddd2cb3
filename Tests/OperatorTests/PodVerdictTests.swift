import Foundation
import Kubernetes
import Testing

@testable import ClusterResources
@testable import Operator

/// Who is charged for a pod's end.
@Suite(.timeLimit(.minutes(2))) struct PodVerdictTests {
    private func record(_ pod: Pod) throws -> AttemptRecord {
        guard case .ended(let record) = PodVerdict(pod, now: Fixture.now) else {
            throw Failure(description: "the pod has ended")
        }
        return record
    }

    private struct Failure: Error { let description: String }

    private func disrupted(_ pod: inout Pod, _ reason: String) {
        pod.status?.conditions = [Pod.PodCondition(type: "DisruptionTarget", status: .yes, reason: reason)]
    }

    @Test(arguments: [
        (0, AttemptRecord.Class.succeeded, "Completed"), (65, .final, "SourceUnreadable"),
        (66, .final, "SourceNotFound"),
        (78, .final, "Unsupported"), (75, .disruption, "Stopped"), (71, .infrastructure, "AcceleratorFailed"),
        (69, .failure, "Unavailable"), (70, .failure, "EncodingFailed"), (73, .failure, "NoSpace"),
        (1, .failure, "Error"),
        (139, .failure, "Error"),
    ])
    func anExitCodeDecides(code: Int, kind: AttemptRecord.Class, reason: String) throws {
        let record = try record(Fixture.ended(code: code))
        #expect(record.class == kind)
        #expect(record.reason == reason)
        #expect(record.exitCode == code)
    }

    @Test func outOfMemoryIsAFailureWithANameOfItsOwn() throws {
        let record = try record(Fixture.ended(code: 137, reason: "OOMKilled"))
        #expect(record.class == .failure)
        #expect(record.reason == "OutOfMemory")
    }

    @Test(arguments: [
        "PreemptionByScheduler", "EvictionByEvictionAPI", "DeletionByTaintManager", "TerminationByKubelet",
    ])
    func whatKubernetesEndsIsADisruption(reason: String) throws {
        let record = try record(Fixture.ended(code: 137) { disrupted(&$0, reason) })
        #expect(record.class == .disruption)
        #expect(record.reason == reason)
    }

    @Test func badInputStaysBadInputInAnEviction() throws {
        let record = try record(Fixture.ended(code: 65) { disrupted(&$0, "EvictionByEvictionAPI") })
        #expect(record.class == .final)
    }

    @Test func aPodThatSomebodyDeletedIsNotCharged() throws {
        let record = try record(Fixture.ended(code: 137) { $0.metadata.deletionTimestamp = Fixture.now })
        #expect(record.class == .disruption)
    }

    @Test(arguments: ["UnexpectedAdmissionError", "OutOfcpu", "NodeAffinity", "Evicted"])
    func whatANodeNeverLetStartIsInfrastructure(reason: String) throws {
        let pod = Fixture.pod(phase: .failed, state: nil) { $0.status?.reason = reason }
        let record = try record(pod)
        #expect(record.class == .infrastructure)
        #expect(record.reason == reason)
    }

    @Test func theRunnersOwnSentenceIsTaken() throws {
        let record = try record(Fixture.ended(code: 65, message: #"{"message":"This file is not a video."}"#))
        #expect(record.message == "This file is not a video.")
    }

    @Test func theSchedulersWordsAreTakenWhenNoNodeTakesIt() {
        let pod = Fixture.pod(phase: .pending, state: nil) { pod in
            pod.status?.conditions = [
                Pod.PodCondition(
                    type: "PodScheduled",
                    status: .no,
                    reason: "Unschedulable",
                    message: "0/3 nodes are available: 3 Insufficient nvidia.com/gpu."
                )
            ]
        }
        #expect(
            PodVerdict(pod, now: Fixture.now)
                == .starting(
                    .unschedulable,
                    message: "No node takes the pod: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu."
                )
        )
    }

    @Test func anImageThatCannotBePulledHasAReason() {
        let waiting = Pod.ContainerStatus.State(waiting: .init(reason: "ImagePullBackOff", message: "no such image"))
        let verdict = PodVerdict(Fixture.pod(phase: .pending, state: waiting), now: Fixture.now)
        #expect(verdict == .starting(.imagePullFailed, message: "ImagePullBackOff: no such image"))
    }
}
