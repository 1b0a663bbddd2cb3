import Catalog
import ClusterResources
import Foundation
import Kubernetes
import Postgres
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct DispatchPlanTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)
    private static let name = "video-7-9-1"
    private static let uid = "uid-1"

    private func job(
        _ state: JobState = .queued,
        name: String? = DispatchPlanTests.name,
        uid: String? = DispatchPlanTests.uid,
        change: (inout ClusterJob) -> Void = { _ in }
    ) throws -> ClusterJob {
        var job = ClusterJob(
            jobID: try #require(JobID("9")),
            videoID: try #require(VideoID("7")),
            state: state,
            priority: .normal,
            profile: TranscodeProfile(),
            notBefore: Self.now
        )
        job.name = name
        job.uid = uid
        change(&job)
        return job
    }

    private func made(
        _ name: String = DispatchPlanTests.name,
        uid: String = DispatchPlanTests.uid,
        change: (inout TranscodeJob) -> Void = { _ in }
    ) throws -> TranscodeJob {
        var configuration = ClusterConfiguration(
            connection: ClusterConnection(
                server: try #require(URL(string: "http://x")),
                authority: nil,
                credential: .token("")
            ),
            namespace: "media",
            workerAPI: "http://vlog:9002"
        )
        configuration.worker = "cpu"
        var object = VideoTranscodeJob(installation: "here", configuration).object(try job(), name: name)
        object.metadata.uid = uid
        change(&object)
        return object
    }

    private func ended(_ status: Condition.Status, _ reason: Reason, _ message: String) throws -> TranscodeJob {
        try made { object in
            var told = TranscodeJobStatus()
            told.set(.succeeded, status, reason, message, at: Self.now)
            object.status = told
        }
    }

    private func steps(_ job: ClusterJob?, _ made: TranscodeJob...) -> [DispatchPlan.Step] {
        DispatchPlan(job, made: made, now: Self.now).steps
    }

    @Test func aJobIsNamedThenMadeThenKnown() throws {
        #expect(steps(try job(name: nil, uid: nil)) == [.handOver])
        #expect(steps(try job(uid: nil)) == [.create(name: Self.name)])
        #expect(steps(try job(uid: nil), try made()) == [.adopt(name: Self.name, uid: Self.uid)])
        #expect(steps(try job(), try made()).isEmpty)
    }

    @Test func oneThatMayNotStartYetIsLookedAtThen() throws {
        let later = Self.now + 30
        let plan = DispatchPlan(try job(name: nil, uid: nil) { $0.notBefore = later }, made: [], now: Self.now)
        #expect(plan.steps.isEmpty)
        #expect(plan.next == later)
    }

    @Test(arguments: [JobState.running, .finalising, .completed, .failed, .cancelled])
    func whatARunnerHasOrHasEndedIsLeftAlone(state: JobState) throws {
        #expect(steps(try job(state, name: nil, uid: nil)).isEmpty)
    }

    @Test(arguments: [JobState.queued, .running]) func whatIsNotToBeSeenIsAskedFor(state: JobState) throws {
        let lost: [DispatchPlan.Step] = [.confirmLoss(name: Self.name, uid: Self.uid)]
        #expect(steps(try job(state)) == lost)
        #expect(steps(try job(state), try made { $0.metadata.deletionTimestamp = Self.now }) == lost)
        // Made anew by hand under the same name: it is not the one that was asked for.
        #expect(steps(try job(state), try made(uid: "other")) == lost)
    }

    @Test func aCancelledJobsPodIsStopped() throws {
        #expect(steps(try job(.cancelled), try made()) == [.delete(name: Self.name, uid: Self.uid)])
        #expect(steps(try job(.cancelled), try ended(.no, .failureLimitExceeded, "m")).isEmpty)
    }

    @Test func whatIsOfNoUseAnyMoreIsDeleted() throws {
        let stray: DispatchPlan.Step = .delete(name: "video-7-9-0", uid: "old")
        #expect(steps(try job(), try made("video-7-9-0", uid: "old"), try made()) == [stray])
        #expect(steps(nil, try made("video-7-9-0", uid: "old")) == [stray])
        #expect(steps(try job(name: nil, uid: nil), try made("video-7-9-0", uid: "old")) == [stray, .handOver])
    }

    @Test(arguments: [
        (Reason.sourceUnreadable, FailureCode.badInput), (.sourceNotFound, .internal), (.unsupported, .noEncoder),
        (.outOfMemory, .internal), (.deadlineExceeded, .timeout), (.failureLimitExceeded, .internal),
        (.disruptionLimitExceeded, .lost),
    ])
    func whatKubernetesGivesUpEndsTheJobInItsWords(reason: Reason, code: FailureCode) throws {
        let object = try ended(.no, reason, "It is no film.")
        for state in [JobState.queued, .running] {
            #expect(steps(try job(state), object) == [.end(name: Self.name, code, "It is no film.")])
        }
        for state in [JobState.finalising, .completed, .failed] { #expect(steps(try job(state), object).isEmpty) }
    }

    @Test func whoSaysItIsDoneAndHasDeliveredNothingIsNotBelieved() throws {
        let steps = steps(try job(.running), try ended(.yes, .completed, "Done."))
        #expect(steps == [.end(name: Self.name, .internal, "Its TranscodeJob ended, and delivered nothing.")])
    }

    @Test func whyItWaitsIsPassedOnOnce() throws {
        let object = try made { object in
            var status = TranscodeJobStatus()
            status.set(.accepted, .yes, .valid, "The request can be met.", at: Self.now)
            status.set(.admitted, .no, .waitingForSlot, "All 2 slots are taken.", at: Self.now)
            object.status = status
        }
        #expect(steps(try job(), object) == [.say(name: Self.name, "All 2 slots are taken.")])
        #expect(steps(try job { $0.message = "All 2 slots are taken." }, object).isEmpty)
    }

    @Test func aPriorityIsFollowedUntilItIsTooLate() throws {
        let urgent = try job { $0.priority = .high }
        #expect(steps(urgent, try made()) == [.prioritise(name: Self.name, 100)])
        let admitted = try made { object in
            var status = TranscodeJobStatus()
            status.set(.admitted, .yes, .admitted, "Has a slot.", at: Self.now)
            status.set(.running, .yes, .encoding, "At work.", at: Self.now)
            object.status = status
        }
        #expect(steps(urgent, admitted).isEmpty)
    }
}
