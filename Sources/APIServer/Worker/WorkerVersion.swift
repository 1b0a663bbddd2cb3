import HTTPTypes
import VLogCore

/// The gate against runners of an older release, whose results would not be what this server publishes.
enum WorkerVersion {
    /// The oldest release whose runners this server gives jobs.
    static let oldest = "0.1.0"

    /// Throws 426 for a version that is too old, or none.
    static func check(_ version: String) throws {
        if let given = numbers(version), let least = numbers(oldest), !given.lexicographicallyPrecedes(least) { return }
        throw APIError(
            HTTPResponse.Status(code: 426, reasonPhrase: "Upgrade Required"),
            """
            This server needs a runner of version \(oldest) or later; this one says it is “\(version.prefix(40))”. \
            Install the server's own version there: \(productVersion).
            """,
            code: "worker_too_old",
            // RFC 9110 section 15.5.22 wants one with every 426.
            headers: [.upgrade: "vlog-worker/\(oldest)"]
        )
    }

    /// `1.2.3`, what follows a hyphen or a plus sign left out.
    private static func numbers(_ version: String) -> [Int]? {
        let release = version.prefix { $0 != "-" && $0 != "+" }
        let numbers = release.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 3 else { return nil }
        let known = numbers.compactMap { $0 }
        return known.count == 3 ? known : nil
    }
}
