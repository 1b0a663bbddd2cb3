import Logging
import Metrics
import Observability

/// When a key is to be looked at again.
package enum Requeue: Equatable, Sendable {
    /// When something changes, and not before.
    case whenChanged
    case after(Duration)
}

/// Calls a reconcile function for every key of a queue: for different keys at the same time, for one key one after the other.
package struct Controller<Key: Hashable & Sendable & CustomStringConvertible>: Sendable {
    /// What passes are counted and timed under.
    package struct Metrics: Sendable {
        let passes: MetricName
        let duration: MetricName

        /// Of the operator.
        package static var reconciles: Metrics { Metrics(passes: .reconciles, duration: .reconcileDuration) }
        /// Of a server that hands jobs over.
        package static var dispatches: Metrics { Metrics(passes: .dispatches, duration: .dispatchDuration) }
    }

    let name: String
    let metrics: Metrics
    let queue: WorkQueue<Key>
    let concurrency: Int
    let logger: Logger
    let reconcile: @Sendable (Key, Logger) async throws -> Requeue

    /// What nothing but another object can help is looked at again all the same, in case the fault was ours.
    private static var hopeless: Duration { .seconds(300) }

    package init(
        _ name: String,
        metrics: Metrics = .reconciles,
        queue: WorkQueue<Key>,
        concurrency: Int,
        logger: Logger,
        reconcile: @escaping @Sendable (Key, Logger) async throws -> Requeue
    ) {
        self.name = name
        self.metrics = metrics
        self.queue = queue
        self.concurrency = concurrency
        self.logger = logger
        self.reconcile = reconcile
    }

    /// Runs until the task is cancelled.
    package func run() async {
        await withTaskGroup { group in
            for _ in 0..<concurrency {
                group.addTask {
                    while let key = await queue.next() {
                        await pass(key)
                        queue.done(key)
                    }
                }
            }
        }
    }

    private func pass(_ key: Key) async {
        var logger = logger
        logger[metadataKey: "controller"] = "\(name)"
        logger[metadataKey: "k8s.name"] = "\(key)"
        let start = ContinuousClock.now
        do {
            let next = try await reconcile(key, logger)
            queue.succeeded(key)
            count("done")
            if case .after(let delay) = next { queue.add(key, after: delay) }
        } catch let error as KubernetesError {
            retry(key, after: error, logger: logger)
        } catch {
            if Task.isCancelled { return }
            retry(key, after: error, logger: logger)
        }
        let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
        Recorder(label: metrics.duration.rawValue, dimensions: [("controller", name)]).record(seconds)
    }

    private func retry(_ key: Key, after error: any Error, logger: Logger) {
        let error = error as? KubernetesError ?? KubernetesError(.badAnswer, "a pass failed", cause: error)
        // Somebody else wrote in between, or our cache was behind: nothing is wrong.
        let isQuiet = error.code == .conflict
        count(isQuiet ? "conflict" : error.isRetryable ? "retry" : "error")
        logger.log(level: isQuiet ? .debug : .warning, "reconcile failed", metadata: ["error": "\(error)"])
        let failures = queue.failed(key)
        guard error.isRetryable else { return queue.add(key, after: Self.hopeless) }
        queue.add(key, after: max(Self.pause(after: failures), error.retryAfter ?? .zero))
    }

    /// From 10 milliseconds to 5 minutes, doubling, a half of it random.
    static func pause(after failures: Int) -> Duration {
        let bound = Duration.milliseconds(10) * (1 << min(failures - 1, 15))
        return min(bound, .seconds(300)) * Double.random(in: 0.5...1)
    }

    private func count(_ result: String) {
        Counter(label: metrics.passes.rawValue, dimensions: [("controller", name), ("result", result)])
            .increment()
    }
}
