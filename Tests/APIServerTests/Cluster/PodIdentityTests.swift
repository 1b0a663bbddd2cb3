import Catalog
import ClusterResources
import Foundation
import Kubernetes
import KubernetesTestSupport
import Testing
import VLogCore

@testable import APIServer

/// What a pod may do by its token, and what nobody may by another.
@Suite(.timeLimit(.minutes(2))) struct PodIdentityTests {
    @Test func aPodGetsItsJobAndDeliversIt() async throws {
        try await ClusterDouble.with { cluster in
            let (id, slug) = try await cluster.services.addVideo("Clip", trace: "request-7")
            try await cluster.addPod(of: try await cluster.transcodeJob(of: id), name: "clip-1-0-a", token: "a.b.c")
            let answer = try await cluster.claim("a.b.c")
            #expect(answer.status == 200)
            let job = try answer.json(ClaimedJob.self)
            #expect(job.videoID == id)
            #expect(job.traceID == "request-7")
            #expect(try await cluster.progress(of: id).worker == "clip-1-0-a")
            let lease = ["X-Lease-Token": job.leaseToken]
            for file in SampleVideo.files {
                let path = "/api/worker/jobs/\(job.jobID)/files/\(file.path)"
                let headers = lease.merging(["Digest": SampleVideo.digest(file.bytes)]) { $1 }
                #expect(try await cluster.send("a.b.c", "PUT", path, headers, file.bytes).status == 200)
            }
            let done = try await cluster.send(
                "a.b.c",
                "POST",
                "/api/worker/jobs/\(job.jobID)/complete",
                lease.merging(["Content-Type": "application/json"]) { $1 },
                try TestRunner.encode(SampleVideo.result)
            )
            #expect(done.status == 200)
            try await cluster.server.waitUntilReady(id)
            #expect(try await Wire.exchange(cluster.server.publicPort, "GET", "/api/videos/\(slug)").status == 200)
            // A pod that comes after all is done has nothing to do.
            #expect(try await cluster.claim("a.b.c").status == 204)
        }
    }

    @Test func thePodThatFollowsTakesTheJobOverAtOnce() async throws {
        try await ClusterDouble.with { cluster in
            let (id, _) = try await cluster.services.addVideo("Clip")
            let made = try await cluster.transcodeJob(of: id)
            try await cluster.addPod(of: made, name: "clip-1-0-a", token: "a.b.c")
            try await cluster.addPod(of: made, name: "clip-1-0-b", token: "d.e.f")
            let first = try await cluster.claim("a.b.c").json(ClaimedJob.self)
            let second = try await cluster.claim("d.e.f").json(ClaimedJob.self)
            #expect(second.attempt == first.attempt + 1)
            let late = try await cluster.send(
                "a.b.c",
                "POST",
                "/api/worker/jobs/\(first.jobID)/lease",
                ["X-Lease-Token": first.leaseToken]
            )
            #expect(late.status == 409)
        }
    }

    @Test func aPodIsRefusedEveryOtherJob() async throws {
        try await ClusterDouble.with { cluster in
            let (mine, _) = try await cluster.services.addVideo("Mine")
            let (other, _) = try await cluster.services.addVideo("Other")
            try await cluster.addPod(of: try await cluster.transcodeJob(of: mine), name: "mine-1-0-a", token: "a.b.c")
            try await cluster.addPod(of: try await cluster.transcodeJob(of: other), name: "other-1-0-a", token: "d.e.f")
            let theirs = try await cluster.claim("d.e.f").json(ClaimedJob.self)
            // Even with the secret of the other's attempt.
            let lease = ["X-Lease-Token": theirs.leaseToken]
            for (method, rest) in [("GET", "source"), ("GET", "files"), ("POST", "lease"), ("POST", "release")] {
                let path = "/api/worker/jobs/\(theirs.jobID)/\(rest)"
                let answer = try await cluster.send("a.b.c", method, path, lease)
                #expect(answer.status == 403)
                #expect(try answer.error.code == "not_your_job")
            }
            let beat = try TestRunner.encode(HeartbeatRequest(capabilities: TestRunner.capabilities))
            let json = ["Content-Type": "application/json"]
            #expect(try await cluster.send("a.b.c", "POST", "/api/worker/heartbeat", json, beat).status == 403)
        }
    }

    @Test func noOtherTokenOpensAnything() async throws {
        try await ClusterDouble.with { cluster in
            let (id, _) = try await cluster.services.addVideo("Clip")
            try await cluster.addPod(of: try await cluster.transcodeJob(of: id), name: "clip-1-0-a", token: "a.b.c")
            let pods = KubernetesRequest<Pod>.self
            let key = ObjectKey(namespace: ClusterDouble.namespace, name: "clip-1-0-a")
            let uid = try #require(try await cluster.client.send(pods.get(key)).metadata.uid)
            let tokens: [(String, TokenReview.Status)] = [
                ("other.audi.ence", ClusterDouble.status(pod: key.name, uid: uid, audience: "kubernetes")),
                ("other.name.space", ClusterDouble.status(pod: key.name, uid: uid, namespace: "elsewhere")),
                ("former.pod.uid", ClusterDouble.status(pod: key.name, uid: "another")),
                ("no.such.pod", ClusterDouble.status(pod: "gone", uid: uid)),
                ("ex.pir.ed", TokenReview.Status(authenticated: false)),
                (
                    "no.pods.token",
                    TokenReview.Status(
                        authenticated: true,
                        audiences: [RunnerToken.audience],
                        user: TokenReview.User(username: "system:serviceaccount:media:default")
                    )
                ),
            ]
            for (token, status) in tokens {
                cluster.kubernetes.setToken(token, status)
                let answer = try await cluster.claim(token)
                #expect(answer.status == 401, "\(token)")
                #expect(try answer.error.code == "bad_api_key")
            }
            let reviews = cluster.kubernetes.calls.count { $0.plural == "tokenreviews" }
            for token in ["unknown", "", "a.b", String(repeating: "a.b.", count: 2500)] {
                #expect(try await cluster.claim(token).status == 401)
            }
            // What is no token costs Kubernetes nothing.
            #expect(cluster.kubernetes.calls.count { $0.plural == "tokenreviews" } == reviews)
        }
    }

    @Test func aPodWhoseJobWasCancelledIsToldSo() async throws {
        try await ClusterDouble.with { cluster in
            let (id, _) = try await cluster.services.addVideo("Clip")
            try await cluster.addPod(of: try await cluster.transcodeJob(of: id), name: "clip-1-0-a", token: "a.b.c")
            let job = try await cluster.claim("a.b.c").json(ClaimedJob.self)
            #expect(try await cluster.services.catalog.videos.cancel(id) == .done)
            let path = "/api/worker/jobs/\(job.jobID)/lease"
            let renewal = try await cluster.send("a.b.c", "POST", path, ["X-Lease-Token": job.leaseToken])
            #expect(renewal.status == 410)
            #expect(try await cluster.claim("a.b.c").status == 410)
        }
    }

    @Test func whileKubernetesDoesNotAnswerPodsAreAskedForPatience() async throws {
        try await ClusterDouble.with { cluster in
            let (id, _) = try await cluster.services.addVideo("Clip")
            try await cluster.addPod(of: try await cluster.transcodeJob(of: id), name: "clip-1-0-a", token: "a.b.c")
            cluster.kubernetes.setFault { $0.plural == "tokenreviews" ? .status(500) : nil }
            #expect(try await cluster.claim("a.b.c").status == 503)
            cluster.kubernetes.setFault { _ in nil }
            #expect(try await cluster.claim("a.b.c").status == 200)
        }
    }

    @Test func aFailureIsKubernetesToRetryUnlessNothingHelps() async throws {
        try await ClusterDouble.with { cluster in
            let (id, _) = try await cluster.services.addVideo("Clip")
            try await cluster.addPod(of: try await cluster.transcodeJob(of: id), name: "clip-1-0-a", token: "a.b.c")
            for (code, state) in [
                (FailureCode.internal, JobState.queued), (.internal, .queued), (.internal, .queued),
                (.internal, .queued), (.badInput, .failed),
            ] {
                let job = try await cluster.claim("a.b.c").json(ClaimedJob.self)
                let failure = FailRequest(code: code, message: "It did not work.", logTail: "log")
                let answer = try await cluster.send(
                    "a.b.c",
                    "POST",
                    "/api/worker/jobs/\(job.jobID)/fail",
                    ["X-Lease-Token": job.leaseToken, "Content-Type": "application/json"],
                    try TestRunner.encode(failure)
                )
                #expect(try answer.json(CompleteResponse.self).state == state)
                // Nobody else gets it in between.
                #expect(try await TestRunner(cluster.server).claim() == nil)
            }
            #expect(try await cluster.progress(of: id).status == .failed)
        }
    }
}
