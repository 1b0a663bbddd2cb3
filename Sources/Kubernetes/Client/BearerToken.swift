import Foundation

/// The token that goes with a request, got again before its renewal or its end can matter.
actor BearerToken {
    /// Of what a file holds: the kubelet renews that in place.
    private static let lifetime: Duration = .seconds(30)
    /// Before its end a token is got anew.
    private static let margin: TimeInterval = 60

    private enum Known {
        case read(String, at: ContinuousClock.Instant)
        case given(ExecPlugin.Token)
    }

    private let credential: ClusterCredential
    private var known: Known?
    /// Everybody waits for the same run of a plugin.
    private var asking: Task<ExecPlugin.Token, any Error>?

    init(_ credential: ClusterCredential) { self.credential = credential }

    /// nil when none is to be sent.
    func current() async throws -> String? {
        switch credential {
        case .certificate: return nil
        case .token(let token): return token
        case .tokenFile(let path):
            let now = ContinuousClock.now
            if case .read(let token, let time) = known, now - time < Self.lifetime { return token }
            let bytes = try ClusterConnection.file(path)
            let token = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            known = .read(token, at: now)
            return token
        case .plugin(let plugin):
            if case .given(let token) = known, token.expiry.map({ $0.timeIntervalSinceNow > Self.margin }) ?? true {
                return token.text
            }
            return try await ask(plugin).text
        }
    }

    /// The server refused it: the next request gets another.
    func forget() { known = nil }

    private func ask(_ plugin: ExecPlugin) async throws -> ExecPlugin.Token {
        let task = asking ?? Task { try await plugin.token() }
        asking = task
        defer { asking = nil }
        let token = try await task.value
        known = .given(token)
        return token
    }
}
