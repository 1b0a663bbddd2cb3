import Foundation
import Synchronization

/// The token that goes with a request, read again before the kubelet's renewal can matter.
final class BearerToken: Sendable {
    private static let lifetime: Duration = .seconds(30)

    private struct Read {
        var token: String
        var at: ContinuousClock.Instant
    }

    private let credential: ClusterCredential
    private let last = Mutex<Read?>(nil)

    init(_ credential: ClusterCredential) { self.credential = credential }

    /// nil when none is to be sent.
    func current() throws(KubernetesError) -> String? {
        switch credential {
        case .certificate: return nil
        case .token(let token): return token
        case .tokenFile(let path):
            let now = ContinuousClock.now
            if let known = last.withLock({ $0 }), now - known.at < Self.lifetime { return known.token }
            let bytes = try ClusterConnection.file(path)
            let token = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            last.withLock { $0 = Read(token: token, at: now) }
            return token
        }
    }

    /// The server refused it: the next request reads the file.
    func forget() { last.withLock { $0 = nil } }
}
