import Foundation
import HTTPTypes
import Hummingbird
import VLogCore

extension HTTPField.Name {
    static let apiKey = HTTPField.Name(worker: "X-API-Key")
    static let leaseToken = HTTPField.Name(worker: "X-Lease-Token")
    static let traceID = HTTPField.Name(worker: "X-Trace-ID")
    static let digest = HTTPField.Name(worker: "Digest")

    /// For names written here: a typing error in one of them stops the first request of the first test.
    private init(worker name: String) {
        guard let name = HTTPField.Name(name) else { preconditionFailure("not a header name: \(name)") }
        self = name
    }
}

extension Request {
    /// SHA-256 of the secret of the attempt that the runner acts for.
    var leaseTokenHash: [UInt8] {
        get throws {
            guard let token = headers[.leaseToken], !token.isEmpty else {
                throw APIError(.badRequest, "X-Lease-Token: is missing; the claim told it.", code: "bad_field")
            }
            return Secret.hash(token)
        }
    }

    /// `announcedDigest`, or nil when none is announced.
    var announcedDigestIfAny: [UInt8]? {
        get throws { headers[.digest] == nil ? nil : try announcedDigest }
    }

    /// The SHA-256 that `Digest: sha-256=<base64>` announces (RFC 3230, RFC 5843).
    var announcedDigest: [UInt8] {
        get throws {
            guard let value = headers[.digest] else { throw Request.badDigest("is missing") }
            guard let digest = DigestHeader.sha256(value) else { throw Request.badDigest("cannot be read") }
            return digest
        }
    }

    private static func badDigest(_ problem: String) -> APIError {
        .badField("Digest", "\(problem); it must be sha-256= and the base64 of 32 bytes.")
    }
}

extension WorkerContext {
    /// The job that the path names. One that cannot exist is gone, as for every other unknown job. A pod has one job, and
    /// must not name another.
    var job: JobID {
        get throws {
            guard let job = parameters.get("jobID").flatMap(JobID.init) else {
                throw APIError(.gone, "There is no such job.", code: "job_gone")
            }
            if case .pod(let identity) = runner, identity.job != job {
                throw APIError(.forbidden, "This pod was made for another job.", code: "not_your_job")
            }
            return job
        }
    }
}
