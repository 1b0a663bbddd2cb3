import Foundation
import Kubernetes
import Testing
import VLogCore

@testable import ClusterResources
@testable import Operator

@Suite(.timeLimit(.minutes(2))) struct TranscodeJobPlanTests {
    private func plan(
        _ job: TranscodeJob,
        place: Place? = .slot(worker: "cpu"),
        child: Job? = nil,
        pods: [Pod] = [],
        progress: RunnerProgress? = nil,
        now: Date = Fixture.now
    ) -> TranscodeJobPlan {
        TranscodeJobPlan(
            TranscodeJobObservation(
                job: job,
                place: place,
                worker: Fixture.pool(),
                child: child,
                pods: pods,
                progress: progress,
                now: now
            )
        )
    }

    /// A job whose first attempt is under way.
    private func running(_ change: (inout TranscodeJob) -> Void = { _ in }) -> TranscodeJob {
        var job = Fixture.job()
        job.status = plan(job).status
        change(&job)
        return job
    }

    private func succeeded(_ plan: TranscodeJobPlan) -> Condition? { plan.status.condition(.succeeded) }

    private let failed = [Job.JobCondition(type: "Failed", status: .yes, reason: "MaxFailedIndexesExceeded")]

    // MARK: Waiting and starting

    @Test func nothingIsWrittenBeforeThePassOverTheNamespaceHasSeenIt() {
        let plan = plan(Fixture.job(), place: nil)
        #expect(plan.status == TranscodeJobStatus())
        #expect(plan.write == nil)
    }

    @Test func whatWaitsSaysWhy() {
        let plan = plan(Fixture.job(), place: .waiting(.waitingForSlot, worker: "cpu", message: "All taken."))
        #expect(plan.status.summary == .waiting)
        #expect(plan.status.worker == "cpu")
        #expect(plan.status.condition(.admitted)?.reason == "WaitingForSlot")
        #expect(plan.status.condition(.accepted)?.status == .yes)
        #expect(succeeded(plan)?.status == .unknown)
        #expect(plan.write == nil)
    }

    @Test func whatCannotBeMetIsNotAcceptedAndNotGivenUp() {
        let plan = plan(Fixture.job(), place: .refused(.workerNotFound, message: "There is no VLogWorker 'x'."))
        #expect(plan.status.condition(.accepted)?.status == .no)
        #expect(succeeded(plan)?.status == .unknown)
    }

    @Test func aSlotMakesAJobOfWhichTheStatusSpeaksFirst() throws {
        let plan = plan(Fixture.job())
        #expect(plan.status.isTrue(.admitted))
        #expect(plan.status.attempt == 1)
        #expect(plan.status.job?.name == "film-1")
        guard case .create(let child)? = plan.write else {
            Issue.record("\(String(describing: plan.write))")
            return
        }
        #expect(child.metadata.name == "film-1")
        #expect(child.metadata.controller?.uid == "uid-film")
    }

    @Test func aPassThatWasBrokenOffIsRepeatedOnTheSameName() {
        let plan = plan(running())
        guard case .create(let child)? = plan.write else {
            Issue.record("\(String(describing: plan.write))")
            return
        }
        #expect(child.metadata.name == "film-1")
        #expect(plan.status == running().status)
    }

    @Test func aJobThatSomebodyDeletedIsMadeAgainWhenItsPodIsGone() {
        let job = running()
        let ending = plan(job, pods: [Fixture.pod(of: job) { $0.metadata.deletionTimestamp = Fixture.now }])
        #expect(ending.write == nil)
        #expect(ending.status.condition(.running)?.reason == "Stopping")
        guard case .create(let child)? = plan(job, pods: [Fixture.ended(code: 75)]).write else {
            Issue.record("no Job")
            return
        }
        #expect(child.metadata.name == "film-1")
    }

    @Test func aStrangersJobOfTheNameIsLeftAlone() {
        let job = running()
        let stranger = Fixture.child(of: Fixture.job { $0.metadata.uid = "another" })
        let plan = plan(job, child: stranger)
        #expect(plan.write == nil)
        #expect(plan.status.condition(.running)?.reason == "NameTaken")
    }

    // MARK: Running

    @Test func aRunningPodIsEncodingAndAskedAgain() {
        let job = running()
        let plan = plan(
            job,
            child: Fixture.child(of: job),
            pods: [Fixture.pod(of: job)],
            progress: RunnerProgress(stage: .encoding, percent: 42.7)
        )
        #expect(plan.status.isTrue(.running))
        #expect(plan.status.summary == .running)
        #expect(plan.status.progress?.percent == 42)
        #expect(plan.status.progress?.stage == "Encoding")
        #expect(plan.status.job?.uid == "uid-child-1")
        #expect(plan.requeue == .after(.seconds(10)))
    }

    @Test(arguments: [(44.0, 3.0, 42), (44, 11, 44), (48, 3, 48), (42, 60, 42)])
    func progressIsWrittenEveryTenSecondsOrFivePercent(percent: Double, later: Double, shown: Int) {
        var job = running()
        let child = Fixture.child(of: job)
        let pods = [Fixture.pod(of: job)]
        job.status = plan(job, child: child, pods: pods, progress: RunnerProgress(stage: .encoding, percent: 42)).status
        let next = plan(
            job,
            child: child,
            pods: pods,
            progress: RunnerProgress(stage: .encoding, percent: percent),
            now: Fixture.now + later
        )
        #expect(next.status.progress?.percent == shown)
        #expect((next.status == job.status) == (shown == 42))
    }

    @Test func aPodThatEndedWellIsNoRetry() {
        let job = running { $0.status?.summary = .running }
        let plan = plan(job, child: Fixture.child(of: job), pods: [Fixture.ended(code: 0)])
        #expect(plan.status == job.status)
        #expect(plan.newAttempts.isEmpty)
    }

    // MARK: Ending

    @Test func aCompleteJobSucceedsWithTheRunnersSentence() {
        let job = running()
        let child = Fixture.child(of: job, conditions: [Job.JobCondition(type: "Complete", status: .yes)])
        let pod = Fixture.ended(code: 0, message: #"{"message":"12 seconds in 360p.","encoder":"libx264"}"#)
        let plan = plan(job, child: child, pods: [pod])
        #expect(succeeded(plan)?.status == .yes)
        #expect(succeeded(plan)?.message == "12 seconds in 360p.")
        #expect(plan.status.encoder == "libx264")
        #expect(plan.status.completionTime == Fixture.now)
    }

    @Test func conditionsThatComeBeforeTheEndAreNotTheEnd() {
        let job = running()
        for type in ["SuccessCriteriaMet", "FailureTarget"] {
            let child = Fixture.child(of: job, conditions: [Job.JobCondition(type: type, status: .yes)])
            #expect(succeeded(plan(job, child: child))?.status == .unknown)
        }
    }

    @Test(arguments: [(65, "SourceUnreadable"), (66, "SourceNotFound"), (78, "Unsupported")])
    func whatNothingHelpsFailsAtOnceWithTheReason(code: Int, reason: String) {
        let job = running()
        let condition = Job.JobCondition(type: "Failed", status: .yes, reason: "PodFailurePolicy", message: "exit code")
        let pod = Fixture.ended(code: code, message: #"{"message":"What is wrong."}"#)
        let plan = plan(job, child: Fixture.child(of: job, conditions: [condition]), pods: [pod])
        #expect(succeeded(plan)?.status == .no)
        #expect(succeeded(plan)?.reason == reason)
        #expect(succeeded(plan)?.message == "What is wrong.")
        #expect(plan.status.failures == 0)
    }

    @Test func failuresAreCountedOnceAndEndTheJobBeyondTheirLimit() {
        var job = running()
        let child = Fixture.child(of: job)
        var pods: [Pod] = []
        for number in 1...4 {
            pods.append(Fixture.ended("film-1-0-\(number)", code: 70, started: Double(number)))
            for _ in 0..<2 {
                let plan = plan(job, child: child, pods: pods)
                #expect(plan.status.failures == number)
                job.status = plan.status
            }
        }
        #expect(job.status?.condition(.succeeded)?.reason == "FailureLimitExceeded")
        // The Job, which would go on, is stopped, in the pass that decides and in any later one.
        guard case .deleteChild? = plan(job, child: child, pods: pods).write else {
            Issue.record("the Job goes on")
            return
        }
    }

    @Test func outOfMemoryIsNamedWhenItIsTheLast() {
        var job = running { $0.spec.retryPolicy.maxFailures = 0 }
        let pods = [Fixture.ended(code: 137, reason: "OOMKilled")]
        job.status = plan(job, child: Fixture.child(of: job), pods: pods).status
        #expect(job.status?.condition(.succeeded)?.reason == "OutOfMemory")
    }

    @Test func evictionsNeverCountAsFailuresAndHaveALimitOfTheirOwn() {
        var job = running()
        let child = Fixture.child(of: job)
        var pods: [Pod] = []
        for number in 1...20 {
            pods.append(Fixture.ended("film-1-0-\(number)", code: 75, started: Double(number)))
            let plan = plan(job, child: child, pods: pods)
            job.status = plan.status
            #expect(plan.status.failures == 0)
            guard number <= 5 else { break }
            #expect(plan.status.disruptions == number)
            #expect(succeeded(plan)?.status == .unknown)
        }
        #expect(job.status?.condition(.succeeded)?.reason == "DisruptionLimitExceeded")
    }

    @Test func podsThatAreNoLongerRememberedAreNotCountedAgain() {
        var job = running { $0.spec.retryPolicy.maxDisruptions = 100 }
        let child = Fixture.child(of: job)
        let pods = (1...30).map { Fixture.ended("film-1-0-\($0)", code: 75, started: Double($0)) }
        job.status = plan(job, child: child, pods: pods).status
        #expect(job.status?.disruptions == 30)
        #expect(job.status?.lastAttempts.count == 10)
        #expect(plan(job, child: child, pods: pods.shuffled()).status.disruptions == 30)
    }

    @Test func aJobThatKubernetesGaveUpThroughNoFaultOfItsOwnGetsANewOne() {
        var job = running()
        let pods = [Fixture.pod(phase: .failed, state: nil) { $0.status?.reason = "UnexpectedAdmissionError" }]
        let first = plan(job, child: Fixture.child(of: job, conditions: failed), pods: pods)
        #expect(first.status.attempt == 2)
        #expect(first.status.failures == 0)
        #expect(first.status.disruptions == 1)
        #expect(first.write == nil)
        #expect(first.requeue == .after(.seconds(10)))
        job.status = first.status
        #expect(plan(job, pods: pods, now: Fixture.now + 5).write == nil)
        guard case .create(let child)? = plan(job, pods: pods, now: Fixture.now + 11).write else {
            Issue.record("no second Job")
            return
        }
        #expect(child.metadata.name == "film-2")
    }

    @Test func theDeadlineIsNamed() {
        let job = running { $0.spec.activeDeadlineSeconds = 60 }
        let condition = Job.JobCondition(type: "Failed", status: .yes, reason: "DeadlineExceeded")
        let plan = plan(job, child: Fixture.child(of: job, conditions: [condition]))
        #expect(succeeded(plan)?.reason == "DeadlineExceeded")
        #expect(succeeded(plan)?.message.contains("60 seconds") == true)
    }

    @Test func whatHasEndedGoesWhenItsTimeIsOver() {
        var job = running { $0.spec.ttlSecondsAfterFinished = 100 }
        let child = Fixture.child(of: job, conditions: [Job.JobCondition(type: "Complete", status: .yes)])
        job.status = plan(job, child: child).status
        let early = plan(job, child: child, now: Fixture.now + 40)
        #expect(early.write == nil)
        #expect(early.requeue == .after(.seconds(60)))
        #expect(plan(job, child: child, now: Fixture.now + 101).write == .deleteSelf)
    }

    @Test func anEndIsForEver() {
        var job = running()
        let complete = Fixture.child(of: job, conditions: [Job.JobCondition(type: "Complete", status: .yes)])
        job.status = plan(job, child: complete).status
        let later = plan(job, child: nil, pods: [Fixture.ended(code: 65)], now: Fixture.now + 9)
        #expect(later.status == job.status)
        #expect(later.write == nil)
    }

    // MARK: Suspension

    @Test func suspendingStopsTheJobAndWaitsForItsPods() {
        var job = running { $0.spec.suspend = true }
        guard case .suspend(_, true)? = plan(job, child: Fixture.child(of: job)).write else {
            Issue.record("the Job goes on")
            return
        }
        let stopping = Fixture.child(of: job) { child in
            child.spec.suspend = true
            child.status?.active = 0
            child.status?.terminating = 1
        }
        job.status = plan(job, child: stopping).status
        #expect(job.status?.condition(.suspended)?.reason == "Stopping")
        let stopped = Fixture.child(of: job) { child in
            child.spec.suspend = true
            child.status?.active = 0
        }
        job.status = plan(job, child: stopped, pods: [Fixture.ended(code: 75)]).status
        #expect(job.status?.disruptions == 0)
        #expect(job.status?.isTrue(.suspended) == true)
        #expect(job.status?.isTrue(.admitted) == false)
        #expect(job.status?.summary == .suspended)

        job.spec.suspend = false
        let waiting = plan(job, place: .waiting(.waitingForSlot, worker: "cpu", message: "All taken."), child: stopped)
        #expect(waiting.write == nil)
        #expect(waiting.status.condition(.admitted)?.reason == "WaitingForSlot")
        guard case .suspend(_, false)? = plan(job, child: stopped).write else {
            Issue.record("the Job stays suspended")
            return
        }
    }

    @Test func underKueueTheJobBeginsSuspendedAndIsLeftToIt() {
        var job = Fixture.job { $0.metadata.labels = [LabelName.kueueQueue: "gpu"] }
        let first = plan(job, place: nil)
        guard case .create(let child)? = first.write else {
            Issue.record("no Job")
            return
        }
        #expect(child.spec.suspend == true)
        #expect(child.metadata.labels?[LabelName.kueueQueue] == "gpu")
        job.status = first.status
        let waiting = Fixture.child(of: job) { child in
            child.spec.suspend = true
            child.status?.active = 0
        }
        let second = plan(job, place: nil, child: waiting)
        #expect(second.write == nil)
        #expect(second.status.condition(.admitted)?.reason == "WaitingForKueue")
        job.status = second.status
        let free = Fixture.child(of: job) { $0.spec.suspend = false }
        let admitted = plan(job, place: nil, child: free, pods: [Fixture.pod(of: job)])
        #expect(admitted.status.isTrue(.admitted))
        #expect(admitted.status.isTrue(.running))
        job.status = admitted.status
        // Kueue takes it back for something more urgent, which is nobody's fault.
        let takenBack = plan(job, place: nil, child: waiting, pods: [Fixture.ended(code: 75)])
        #expect(takenBack.write == nil)
        #expect(takenBack.status.condition(.admitted)?.reason == "WaitingForKueue")
        #expect(takenBack.status.disruptions == 0)
    }

    /// Kueue would start a suspended Job of its own again.
    @Test func underKueueASuspendedTranscodeJobHasNoJob() {
        var job = running { job in
            job.metadata.labels = [LabelName.kueueQueue: "gpu"]
            job.spec.suspend = true
        }
        let child = Fixture.child(of: job) { $0.spec.suspend = false }
        let first = plan(job, place: nil, child: child, pods: [Fixture.pod(of: job)])
        #expect(first.write == .deleteChild(child))
        #expect(first.status.condition(.suspended)?.reason == "Stopping")
        job.status = first.status
        let ending = plan(job, place: nil, child: nil, pods: [Fixture.pod(of: job)])
        #expect(ending.write == nil)
        #expect(ending.status.condition(.suspended)?.reason == "Stopping")
        job.status = plan(job, place: nil, child: nil, pods: [Fixture.ended(code: 75)]).status
        #expect(job.status?.isTrue(.suspended) == true)
        #expect(job.status?.disruptions == 0)
        job.spec.suspend = false
        guard case .create(let next)? = plan(job, place: nil, child: nil).write else {
            Issue.record("no Job is made again")
            return
        }
        #expect(next.metadata.name == child.metadata.name)
    }
}
