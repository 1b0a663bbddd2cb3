import Egress
import SystemPackage
import VLogCore

/// Downloads a source from an address that somebody gave.
struct SourceFetch: Sendable {
    /// Larger than any disk that a runner has: the disk is the limit.
    private static let mostBytes: Int64 = 1 << 50
    private static let tries = 3

    let url: String
    let isPrivateAllowed: Bool
    let retry: RetryPolicy

    /// Throws a `RunnerEnding`: what nobody can download is final, what may come later is not.
    func run(to target: FilePath) async throws {
        var backoff = retry.backoff()
        for attempt in 1... {
            do {
                return try await download(to: target)
            } catch let ending as RunnerEnding where ending.code == .unavailable && attempt < Self.tries {
                try await Task.sleep(for: backoff.next())
            }
        }
    }

    private func download(to target: FilePath) async throws {
        let file = try await blocking {
            try FileDescriptor.open(
                target,
                .writeOnly,
                options: [.create, .truncate, .closeOnExec],
                permissions: .ownerReadWrite
            )
        }
        let outcome: Result<EgressResponse, any Error>
        do {
            var request = EgressRequest(url: url)
            request.timeLimit = nil
            request.stallLimit = .seconds(60)
            request.mostBytes = Self.mostBytes
            request.mostRedirects = 10
            let client = EgressClient(rule: isPrivateAllowed ? .any : .publicOnly)
            outcome = .success(try await client.send(request) { bytes in _ = try file.writeAll(bytes) })
        } catch {
            outcome = .failure(error)
        }
        try await blocking { try file.close() }
        do {
            try check(try outcome.get().status)
        } catch let error as EgressError {
            throw RunnerEnding(of: error)
        }
    }

    private func check(_ status: Int) throws {
        switch status {
        case 200...299: return
        case 408, 425, 429, 500...599:
            throw RunnerEnding(.unavailable, "The source's server answered \(status); it may do better later.")
        default: throw RunnerEnding(.sourceMissing, "The source's server answered \(status).")
        }
    }
}

extension RunnerEnding {
    fileprivate init(of error: EgressError) {
        switch error.code {
        case .unresolved, .unreachable, .timeout, .broken: self.init(.unavailable, error.message)
        case .badURL, .refusedAddress, .tooLarge: self.init(.impossible, error.message)
        case .tls, .tooManyRedirects: self.init(.sourceMissing, error.message)
        case .cancelled: self = .stopped
        }
    }
}
