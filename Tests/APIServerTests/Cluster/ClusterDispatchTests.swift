import Catalog
import ClusterResources
import Foundation
import Kubernetes
import KubernetesTestSupport
import Postgres
import Synchronization
import Testing
import VLogCore

@testable import APIServer

/// What becomes of uploads where Kubernetes transcodes.
@Suite(.timeLimit(.minutes(2))) struct ClusterDispatchTests {
    @Test func anUploadBecomesATranscodeJobThatNamesItsVideo() async throws {
        try await ClusterDouble.with {
            $0.worker = "nvidia"
        } _: { cluster in
            let (id, _) = try await cluster.services.addVideo("Clip", trace: "request-7")
            let job = try await cluster.transcodeJob(of: id)
            #expect(job.metadata.name == "video-\(id)-\(try #require(try await cluster.progress(of: id).jobID))-1")
            #expect(job.spec.source.video == TranscodeJobSpec.Video(id: id.rawValue, workerAPI: "http://vlog:9002"))
            #expect(job.spec.output == nil)
            #expect(job.spec.worker == "nvidia")
            #expect(job.spec.profile.qualities.contains("1080p"))
            #expect(job.metadata.annotations?[AnnotationName.trace] == "request-7")
            // Runners that ask do not get it.
            #expect(try await TestRunner(cluster.server).claim() == nil)
            #expect(try await cluster.progress(of: id).waitingReason == .cluster)
        }
    }

    @Test func whyItWaitsIsShown() async throws {
        try await ClusterDouble.with { cluster in
            let (id, _) = try await cluster.services.addVideo("Clip")
            let job = try await cluster.transcodeJob(of: id)
            try await cluster.tell(job) {
                $0.set(.accepted, .no, .workerNotFound, "There is no VLogWorker 'x' in this namespace.", at: Date())
            }
            try await cluster.until {
                try await cluster.progress(of: id).waiting?.contains("There is no VLogWorker 'x'") ?? false
            }
        }
    }

    @Test func whatKubernetesGivesUpFailsTheVideoInItsWords() async throws {
        try await ClusterDouble.with { cluster in
            let (id, _) = try await cluster.services.addVideo("Clip")
            let job = try await cluster.transcodeJob(of: id)
            try await cluster.tell(job) { $0.set(.succeeded, .no, .outOfMemory, "The node killed it.", at: Date()) }
            try await cluster.until { try await cluster.progress(of: id).status == .failed }
            let progress = try await cluster.progress(of: id)
            #expect(progress.error == "The node killed it.")
            #expect(progress.jobState == .failed)
        }
    }

    @Test func whoDeletesTheTranscodeJobCancelsTheVideoAndRetryMakesAnother() async throws {
        try await ClusterDouble.with { cluster in
            let (id, _) = try await cluster.services.addVideo("Clip")
            let first = try await cluster.transcodeJob(of: id)
            try await cluster.client.send(.delete(TranscodeJob.self, first.key, uid: first.metadata.uid))
            try await cluster.until { try await cluster.progress(of: id).jobState == .cancelled }
            #expect(try await cluster.progress(of: id).error?.contains("Somebody deleted its TranscodeJob") ?? false)
            #expect(try await cluster.services.catalog.videos.retry(id) == .done)
            let second = try await cluster.transcodeJob(of: id, besides: first.metadata.name)
            #expect(second.metadata.name.hasSuffix("-2"))
        }
    }

    @Test func aCancelledVideosTranscodeJobGoes() async throws {
        try await ClusterDouble.with { cluster in
            let (stopped, _) = try await cluster.services.addVideo("Stopped")
            let (deleted, _) = try await cluster.services.addVideo("Deleted")
            for id in [stopped, deleted] { _ = try await cluster.transcodeJob(of: id) }
            #expect(try await cluster.services.catalog.videos.cancel(stopped) == .done)
            _ = try await cluster.services.catalog.videos.softDelete(deleted)
            try await cluster.until { try await cluster.transcodeJobs().isEmpty }
            #expect(try await cluster.progress(of: stopped).error == "Somebody cancelled it. Retry starts it again.")
        }
    }

    @Test func aNameThatIsSomebodyElsesCostsNothingButTheName() async throws {
        try await ClusterDouble.with { cluster in
            let video = TranscodeJobSpec.Video(id: 1, workerAPI: "http://other:9002")
            let theirs = TranscodeJob(
                metadata: ObjectMeta(name: "video-1-1-1", namespace: ClusterDouble.namespace),
                spec: TranscodeJobSpec(
                    source: .init(video: video),
                    output: nil,
                    profile: .init(qualities: ["720p"], codecs: [.h264], format: .cmaf, effort: .fast, keepHDR: false)
                )
            )
            let before = try await cluster.client.send(.create(theirs))
            let (id, _) = try await cluster.services.addVideo("Clip")
            #expect(try await cluster.transcodeJob(of: id).metadata.name == "video-1-1-2")
            let after = try await cluster.client.send(KubernetesRequest<TranscodeJob>.get(theirs.key))
            #expect(after == before)
        }
    }

    @Test func whatKubernetesRefusesForGoodFailsTheVideo() async throws {
        try await ClusterDouble.with { cluster in
            cluster.kubernetes.setFault { call in
                call.plural == "transcodejobs" && call.method == "POST"
                    ? .status(422, reason: "Invalid") : nil
            }
            let (id, _) = try await cluster.services.addVideo("Clip")
            try await cluster.until { try await cluster.progress(of: id).status == .failed }
            #expect(try await cluster.progress(of: id).error?.contains("Kubernetes refused the job") ?? false)
        }
    }

    @Test func whileKubernetesIsAwayUploadsAreTakenAndItIsShown() async throws {
        try await ClusterDouble.with { cluster in
            cluster.kubernetes.setFault { $0.method == "POST" ? .status(500) : nil }
            let (id, _) = try await cluster.services.addVideo("Clip")
            try await cluster.until {
                try await cluster.progress(of: id).waiting?.contains("It cannot be made") ?? false
            }
            cluster.kubernetes.setFault { _ in nil }
            _ = try await cluster.transcodeJob(of: id)
        }
    }

    @Test func aPriorityThatIsChangedIsChangedThereToo() async throws {
        try await ClusterDouble.with { cluster in
            let (id, _) = try await cluster.services.addVideo("Clip")
            let job = try await cluster.transcodeJob(of: id)
            #expect(job.spec.priority == 0)
            #expect(try await cluster.services.catalog.videos.setPriority(id, .high) == .done)
            try await cluster.until { try await cluster.transcodeJob(of: id).spec.priority == 100 }
        }
    }

    /// Whoever is interrupted, at whatever request, and however many do it at once: each upload gets one TranscodeJob.
    @Test(arguments: 0..<12) func everyUploadGetsExactlyOneTranscodeJob(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let kubernetes = FakeAPIServer()
        let faults = (0..<40).map { _ in FaultKind.allCases.randomElement(using: &generator) }
        let calls = Mutex(0)
        kubernetes.setFault { call in
            guard call.plural == "transcodejobs", !call.isWatch, call.userAgent != "test" else { return nil }
            let number = calls.withLock { count in
                defer { count += 1 }
                return count
            }
            return number < faults.count ? faults[number]?.fault : nil
        }
        let kills = (0..<6).map { _ in Int.random(in: 0..<12, using: &generator) }
        try await kubernetes.run { connection in
            try await KubernetesClient.with(connection, userAgent: "test") { client in
                try await withServices { services in
                    for number in 0..<4 { try await services.addVideo("Clip \(number)") }
                    // Each is killed as soon as so many more requests have been made.
                    for kill in kills {
                        let start = calls.withLock { $0 }
                        try await services.dispatching(through: connection) {
                            try await services.knownTranscodeJobs().count == 4 || calls.withLock { $0 } >= start + kill
                        }
                    }
                    try await services.dispatching(by: 2, through: connection) {
                        try await services.knownTranscodeJobs().count == 4
                    }
                    let selection = ObjectSelection(namespace: ClusterDouble.namespace)
                    let made = try await client.send(KubernetesRequest<ObjectList<TranscodeJob>>.list(selection)).items
                    #expect(made.count == 4)
                    #expect(Set(made.compactMap(\.videoID)).count == 4)
                    #expect(try await services.knownTranscodeJobs() == Set(made.compactMap(\.metadata.uid)))
                }
            }
        }
    }
}

extension ServerServices {
    /// Lets so many servers hand over jobs, and kills them as soon as the condition holds.
    fileprivate func dispatching(
        by count: Int = 1,
        through connection: ClusterConnection,
        until condition: @Sendable () async throws -> Bool
    ) async throws {
        let access = ClusterAccess(ClusterDouble.configuration(connection))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                let dispatcher = ClusterDispatcher(
                    access: access,
                    jobs: catalog.jobs,
                    alerts: alerts,
                    bus: bus,
                    logger: logger
                )
                group.addTask { try await dispatcher.run() }
            }
            try await until(condition)
            group.cancelAll()
        }
    }

    /// Their UIDs.
    fileprivate func knownTranscodeJobs() async throws -> Set<String> {
        let rows = try await pool.query(
            "SELECT cluster_job_uid FROM transcoding_jobs WHERE cluster_job_uid IS NOT NULL"
        )
        return Set(try rows.map { try $0.decode("cluster_job_uid") })
    }
}

/// What a request to Kubernetes may come to.
private enum FaultKind: CaseIterable {
    case refused, lostAfterwards, dropped, none

    var fault: FakeFault? {
        switch self {
        case .refused: .status(503)
        case .lostAfterwards: .statusAfterwards(500)
        case .dropped: .drop
        case .none: nil
        }
    }
}
