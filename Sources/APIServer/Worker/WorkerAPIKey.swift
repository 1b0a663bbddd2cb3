import Crypto
import Foundation
import VLogCore

/// The secret by which a worker is known: `vlogw_<prefix>_<secret>`. The prefix finds its row, and is no secret.
struct WorkerAPIKey: Sendable {
    private static let tag = "vlogw"
    let prefix: String
    /// The whole key, as it is sent; only its argon2id hash is kept.
    let text: String

    /// A new key.
    init() {
        prefix = String(UInt64.random(in: .min ... .max), radix: 36)
        text = "\(Self.tag)_\(prefix)_\(Secret.token())"
    }

    /// Reads a key that somebody sent; nil when it has not even the form of one.
    init?(_ text: String) {
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard text.utf8.count <= 128, parts.count == 3, parts[0] == Self.tag, !parts[1].isEmpty, !parts[2].isEmpty
        else { return nil }
        prefix = String(parts[1])
        self.text = text
    }
}
