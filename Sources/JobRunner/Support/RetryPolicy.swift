/// How a runner repeats what failed because the server was away.
package struct RetryPolicy: Sendable {
    package var first: Duration = .seconds(1)
    package var ceiling: Duration = .seconds(30)
    /// After so long without any success a job's attempt fails, even though its lease can still be renewed.
    package var patience: Duration = .seconds(300)

    package init() {}

    func backoff() -> Backoff { Backoff(first: first, ceiling: ceiling) }
}
