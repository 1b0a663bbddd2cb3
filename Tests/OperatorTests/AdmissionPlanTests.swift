import Foundation
import Kubernetes
import Testing

@testable import ClusterResources
@testable import Operator

@Suite(.timeLimit(.minutes(2))) struct AdmissionPlanTests {
    private func plan(
        _ pools: [VLogWorker],
        _ jobs: [TranscodeJob],
        livePods: Set<String> = []
    ) -> AdmissionPlan { AdmissionPlan(pools: pools, jobs: jobs, livePods: livePods, now: Fixture.now) }

    private func holders(_ plan: AdmissionPlan, _ pool: String = "cpu") -> [String] {
        plan.statuses[pool]?.allocations.map(\.job) ?? []
    }

    private func allocated(_ pool: VLogWorker, _ jobs: String...) -> VLogWorker {
        var pool = pool
        var status = VLogWorkerStatus()
        status.allocations = jobs.map { VLogWorkerStatus.Allocation(job: $0, uid: "uid-\($0)", since: Fixture.now) }
        pool.status = status
        return pool
    }

    private func finished(_ job: inout TranscodeJob) {
        job.status = TranscodeJobStatus()
        job.status?.set(.succeeded, .yes, .completed, "done", at: Fixture.now)
    }

    @Test func priorityGoesBeforeAgeAndAgeBeforeTheName() {
        let jobs = [
            Fixture.job("young", age: 1), Fixture.job("old", age: 90), Fixture.job("urgent", priority: 5),
            Fixture.job("b", age: 50), Fixture.job("a", age: 50),
        ]
        #expect(holders(plan([Fixture.pool(replicas: 4)], jobs)) == ["urgent", "old", "a", "b"])
    }

    @Test func aPoolThatIsMadeAnewCountsWhoHasASlotOfIt() {
        let job = Fixture.job("first", age: 1) { job in
            job.status = TranscodeJobStatus()
            job.status?.worker = "cpu"
            job.status?.set(.admitted, .yes, .admitted, "Has a slot.", at: Fixture.now)
        }
        let plan = plan([Fixture.pool(replicas: 1)], [job, Fixture.job("urgent", priority: 9)])
        #expect(holders(plan) == ["first"])
        #expect(plan.statuses["cpu"]?.waiting == 1)
    }

    @Test func whoHasASlotKeepsItAndNobodyGetsItTwice() {
        let pool = allocated(Fixture.pool(replicas: 2), "first")
        let jobs = [Fixture.job("first", age: 1), Fixture.job("urgent", priority: 9), Fixture.job("more", priority: 9)]
        let plan = plan([pool], jobs)
        #expect(holders(plan) == ["first", "more"])
        #expect(plan.places["uid-first"] == .slot(worker: "cpu"))
        guard case .waiting(.waitingForSlot, "cpu", _)? = plan.places["uid-urgent"] else {
            Issue.record("\(String(describing: plan.places["uid-urgent"]))")
            return
        }
    }

    @Test func aSlotIsFreeWhenTheJobHasEndedAndNoPodIsLeft() {
        let pool = allocated(Fixture.pool(), "done")
        let jobs = [Fixture.job("done", change: finished), Fixture.job("next")]
        #expect(holders(plan([pool], jobs, livePods: ["uid-done"])) == ["done"])
        #expect(holders(plan([pool], jobs)) == ["next"])
    }

    @Test func aDeletedJobsPodKeepsItsSlot() {
        let pool = allocated(Fixture.pool(), "gone")
        #expect(holders(plan([pool], [Fixture.job("next")], livePods: ["uid-gone"])) == ["gone"])
        #expect(holders(plan([pool], [Fixture.job("next")])) == ["next"])
    }

    @Test func aPoolThatIsScaledDownDrainsAndTellsAutoscalersTheTruth() {
        let pool = allocated(Fixture.pool(replicas: 1), "a", "b")
        let jobs = [Fixture.job("a"), Fixture.job("b"), Fixture.job("c")]
        let status = plan([pool], jobs).statuses["cpu"]
        #expect(status?.allocations.map(\.job) == ["a", "b"])
        #expect(status?.replicas == 2)
        #expect(status?.waiting == 1)
        #expect(status?.conditions.first(ofType: "Ready")?.reason == "Draining")
        #expect(status?.selector == "app.kubernetes.io/managed-by=vlog-operator,vlog.dev/worker=cpu")
    }

    @Test func aSuspendedPoolAdmitsNothingAndSaysSo() {
        let pool = Fixture.pool { $0.spec.suspend = true }
        let plan = plan([pool], [Fixture.job()])
        #expect(holders(plan).isEmpty)
        guard case .waiting(.workerSuspended, _, _)? = plan.places["uid-film"] else {
            Issue.record("\(plan.places)")
            return
        }
    }

    @Test func aSuspendedJobGivesItsSlotBackOnceItsPodIsGone() {
        let pool = allocated(Fixture.pool(), "film")
        let jobs = [Fixture.job { $0.spec.suspend = true }, Fixture.job("next")]
        #expect(holders(plan([pool], jobs, livePods: ["uid-film"])) == ["film"])
        #expect(holders(plan([pool], jobs)) == ["next"])
    }

    @Test func anAcceleratorIsMatchedByAnyPoolThatHasIt() {
        let pools = [
            Fixture.pool("cpu", replicas: 9),
            Fixture.pool("gpu-b") { $0.spec.accelerator.type = .nvidia },
            Fixture.pool("gpu-a") { $0.spec.accelerator.type = .nvidia },
        ]
        let jobs = ["x", "y", "z"].map { name in
            Fixture.job(name, worker: nil, age: name == "x" ? 9 : name == "y" ? 8 : 7) { $0.spec.accelerator = .nvidia }
        }
        let plan = plan(pools, jobs)
        #expect(plan.places["uid-x"] == .slot(worker: "gpu-a"))
        #expect(plan.places["uid-y"] == .slot(worker: "gpu-b"))
        guard case .waiting? = plan.places["uid-z"] else {
            Issue.record("there are two")
            return
        }
    }

    @Test func whatNoPoolCanDoIsRefusedByName() {
        let pull = Fixture.pool("pull") { $0.spec.mode = .pull }
        let intel = Fixture.job("intel", worker: nil) { $0.spec.accelerator = .intel }
        let plan = plan(
            [Fixture.pool(), pull],
            [Fixture.job("a", worker: "nowhere"), Fixture.job("b", worker: "pull"), intel]
        )
        guard case .refused(.workerNotFound, let message)? = plan.places["uid-a"] else {
            Issue.record("\(plan.places)")
            return
        }
        #expect(message.contains("'nowhere'"))
        guard case .refused(.workerModeMismatch, _)? = plan.places["uid-b"] else {
            Issue.record("\(plan.places)")
            return
        }
        guard case .refused(.workerNotFound, _)? = plan.places["uid-intel"] else {
            Issue.record("\(plan.places)")
            return
        }
    }

    @Test func whoIsOutrankedIsToldSo() {
        let plan = plan([Fixture.pool(replicas: 0)], [Fixture.job("low"), Fixture.job("high", priority: 1)])
        guard case .waiting(.waitingBehindPriority, _, _)? = plan.places["uid-low"] else {
            Issue.record("\(plan.places)")
            return
        }
        guard case .waiting(.waitingForSlot, _, let message)? = plan.places["uid-high"] else {
            Issue.record("\(plan.places)")
            return
        }
        #expect(message.contains("fewer than a hundred"))
    }

    @Test func oneThatKueueQueuesTakesNoSlot() {
        let job = Fixture.job { $0.metadata.labels = [LabelName.kueueQueue: "gpu"] }
        let plan = plan([Fixture.pool()], [job])
        #expect(holders(plan).isEmpty)
        #expect(plan.places.isEmpty)
    }

    @Test func aSecondPassChangesNothing() {
        let jobs = (0..<5).map { Fixture.job("job-\($0)", age: Double($0)) }
        var pool = Fixture.pool(replicas: 2)
        pool.status = plan([pool], jobs).statuses["cpu"]
        #expect(plan([pool], jobs).statuses["cpu"] == pool.status)
    }

    /// Whatever happens in whatever order, no more slots are taken than there are, and nobody has two.
    @Test func randomHistoriesKeepTheLedgerSound() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var pools = [Fixture.pool("a", replicas: 2), Fixture.pool("b", replicas: 1)]
            var jobs: [TranscodeJob] = []
            var ever = 0
            for step in 0..<30 {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0, 1:
                    ever += 1
                    let worker = [nil, "a", "b"].randomElement(using: &generator) ?? nil
                    jobs.append(
                        Fixture.job("j\(ever)", worker: worker, priority: Int.random(in: 0..<3), age: Double(-step))
                    )
                case 2:
                    if let index = jobs.indices.randomElement(using: &generator) { finished(&jobs[index]) }
                default:
                    if let index = jobs.indices.randomElement(using: &generator) { jobs.remove(at: index) }
                }
                let plan = plan(pools, jobs)
                for index in pools.indices { pools[index].status = plan.statuses[pools[index].metadata.name] }
                let holders = pools.flatMap { $0.status?.allocations.map(\.uid) ?? [] }
                #expect(Set(holders).count == holders.count)
                for pool in pools { #expect((pool.status?.allocations.count ?? 0) <= pool.spec.replicas) }
                #expect(Set(holders).isSubset(of: Set(jobs.filter { !$0.isFinished }.compactMap(\.metadata.uid))))
            }
        }
    }
}
