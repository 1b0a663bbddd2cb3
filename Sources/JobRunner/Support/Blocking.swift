import NIOPosix

/// Runs what blocks on a thread that is there for it. Cancellation does not keep it from running, so that it can be
/// relied on to close and to clean up.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        NIOThreadPool.singleton.submit { state in
            switch state {
            case .active: continuation.resume(with: Swift.Result(catching: body))
            case .cancelled: continuation.resume(throwing: CancellationError())
            }
        }
    }
}
