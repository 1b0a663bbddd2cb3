import VLogCore

/// Holds the newest progress report until it is sent; older ones are forgotten, never queued.
final class ProgressMailbox: Sendable {
    private let newest = Watched<ProgressReport?>(nil)

    func post(_ report: ProgressReport) { newest.change { $0 = report } }

    /// Sends the newest report whenever the server wants one, until the task is cancelled.
    func deliver(through client: JobClient, retry: RetryPolicy) async throws {
        var backoff = retry.backoff()
        while true {
            _ = try await newest.when { $0 == nil ? nil : true }
            guard
                let report = newest.change({ report in
                    defer { report = nil }
                    return report
                })
            else { continue }
            do {
                try await client.report(report)
                backoff.reset()
                try await pause(after: report, as: client.lease)
            } catch is WorkerAPIError {
                newest.change { $0 = $0 ?? report }
                try await Task.sleep(for: backoff.next())
            }
        }
    }

    /// Looks every second whether the next report is due by now: the server shortens the time when somebody watches, and a new
    /// stage is always news.
    private func pause(after sent: ProgressReport, as lease: JobLease) async throws {
        let start = ContinuousClock.now
        while true {
            let left = lease.reportEvery - (ContinuousClock.now - start)
            let isNews = newest.current.map { $0.stage != sent.stage } ?? false
            guard left > .zero, !isNews else { return }
            try await Task.sleep(for: min(left, .seconds(1)))
        }
    }
}
