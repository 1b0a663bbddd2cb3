import Foundation
import NIOCore
import NIOHTTP1
import VLogCore

extension WorkerAPIRequest where Answer == HeartbeatResponse {
    static func heartbeat(_ capabilities: WorkerCapabilities) throws -> Self {
        try Self(.POST, "/api/worker/heartbeat").sending(HeartbeatRequest(capabilities: capabilities))
    }
}

extension WorkerAPIRequest where Answer == ClaimedJob? {
    /// nil is the answer when there was nothing to do for `wait` seconds.
    static func claim(wait: Int, _ capabilities: WorkerCapabilities) throws -> Self {
        let request = Self(method: .POST, path: "/api/worker/claim") { body in
            guard body.readableBytes > 0 else { return nil }
            return try JSONCoding.decoder().decode(ClaimedJob.self, from: body.data)
        }
        return try request.sending(ClaimRequest(wait: wait, capabilities: capabilities))
            .patient(for: .seconds(Int64(wait) + 15))
    }
}

/// The requests about one job. All carry its lease token, without which the server refuses them.
struct JobRequests: Sendable {
    let job: JobID
    let token: Secret
    /// The id by which the logs of all parts tell one video's story.
    var trace: String?

    func renew() -> WorkerAPIRequest<LeaseBody> { authorised(WorkerAPIRequest(.POST, path("lease"))) }

    func report(_ report: ProgressReport) throws -> WorkerAPIRequest<LeaseBody> {
        try authorised(WorkerAPIRequest(.POST, path("progress"))).sending(report)
    }

    func files() -> WorkerAPIRequest<ListBody<OutputFileBody>> { authorised(WorkerAPIRequest(.GET, path("files"))) }

    func checkpoint() -> WorkerAPIRequest<TranscodeCheckpoint> {
        authorised(WorkerAPIRequest(.GET, path("checkpoint")))
    }

    func keep(_ checkpoint: TranscodeCheckpoint) throws -> WorkerAPIRequest<Void> {
        try authorised(WorkerAPIRequest(method: .PUT, path: path("checkpoint")) { _ in }).sending(checkpoint)
    }

    /// `If-Match` makes the server refuse when the source has been replaced since the claim.
    func source(etag: String, from offset: Int64) -> WorkerAPIRequest<Void> {
        var request = authorised(WorkerAPIRequest(method: .GET, path: path("source")) { _ in })
        request.headers.add(name: "If-Match", value: etag)
        if offset > 0 { request.headers.add(name: "Range", value: "bytes=\(offset)-") }
        return request
    }

    func put(_ file: OutputPath, _ content: [UInt8], digest: ContentDigest) -> WorkerAPIRequest<LeaseBody> {
        var request = authorised(WorkerAPIRequest<LeaseBody>(.PUT, path("files/\(file)")))
        request.body = .bytes(ByteBuffer(bytes: content))
        request.headers.add(name: "Content-Type", value: file.kind.contentType)
        request.headers.add(name: "Digest", value: digest.header)
        return request.patient(for: .minutes(5))
    }

    /// May take as long as it moves: the client gives up when it does not for a while, the attempt when its lease ends.
    func put(_ archive: ArchiveBody) -> WorkerAPIRequest<LeaseBody> {
        var request = authorised(WorkerAPIRequest<LeaseBody>(.PUT, path("archive")))
        request.body = .archive(archive)
        request.headers.add(name: "Content-Type", value: "application/gzip")
        return request.patient(for: .hours(24))
    }

    func complete(_ result: CompleteRequest) throws -> WorkerAPIRequest<CompleteResponse> {
        try authorised(WorkerAPIRequest(.POST, path("complete"))).sending(result)
    }

    func fail(_ failure: FailRequest) throws -> WorkerAPIRequest<Void> {
        try authorised(WorkerAPIRequest(method: .POST, path: path("fail")) { _ in }).sending(failure)
    }

    func release() -> WorkerAPIRequest<Void> {
        authorised(WorkerAPIRequest(method: .POST, path: path("release")) { _ in })
    }

    private func path(_ rest: String) -> String { "/api/worker/jobs/\(job)/\(rest)" }

    private func authorised<Answer>(_ request: WorkerAPIRequest<Answer>) -> WorkerAPIRequest<Answer> {
        var request = request
        request.headers.add(name: "X-Lease-Token", value: token.value)
        if let trace { request.headers.add(name: "X-Trace-ID", value: trace) }
        return request
    }
}
