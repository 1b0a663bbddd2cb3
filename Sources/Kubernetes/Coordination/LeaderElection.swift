import Foundation
import Logging

/// Lets one of several processes act, by a lease that it renews.
///
/// The order is what makes it safe: work begins after the lease has been written, and who could not renew it in time stops
/// long before another may take it. A lease that is given up is emptied after the work has ended, so that the next one need
/// not wait for its end.
package struct LeaderElection: Sendable {
    /// The times of a lease; they let an API server be away for a while, and another process take over in half a minute.
    package struct Times: Sendable {
        package var length: Duration = .seconds(30)
        /// Without a renewal for so long, the holder stops.
        package var renewalDeadline: Duration = .seconds(20)
        /// How often the holder renews.
        package var renewal: Duration = .seconds(4)
        /// How often another looks; a lease that was given up is taken after at most so long.
        package var retry: Duration = .milliseconds(1500)

        package init() {}
    }

    private let client: KubernetesClient
    private let lease: ObjectKey
    private let identity: String
    private let times: Times
    private let logger: Logger
    private let beforePause: @Sendable () -> Void
    /// Open while the lease is known to be held: writes of what is done by it belong behind it.
    package let fence = LeaderFence()

    /// `identity` is the same for a process that was started again in the same place, so that it takes its own
    ///   lease up at once. `beforePause` is called whenever the lease has been looked at and is left alone for a while.
    package init(
        lease: ObjectKey,
        identity: String,
        client: KubernetesClient,
        times: Times = Times(),
        logger: Logger,
        beforePause: @escaping @Sendable () -> Void = {}
    ) {
        self.lease = lease
        self.identity = identity
        self.client = client
        self.times = times
        self.logger = logger
        self.beforePause = beforePause
    }

    /// Waits until this process leads, and runs `work` until it returns, throws or the task is cancelled. Throws
    /// `LeadershipLost` when the lease could not be kept; `work` has been cancelled and has ended by then.
    package func lead(_ work: @escaping @Sendable () async throws -> Void) async throws {
        try await acquire()
        logger.info("leading", metadata: ["lease": "\(lease)"])
        let outcome: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await work() }
                group.addTask { try await renew() }
                // Whichever ends first ends the other, and both are over when the group is.
                defer { group.cancelAll() }
                try await group.next()
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        if case .failure(let error) = outcome, error is LeadershipLost { throw error }
        // The task may have been cancelled, which must not keep the lease from being given up.
        await Task { await release() }.value
        try outcome.get()
    }

    private func acquire() async throws {
        var machine = LeaderStateMachine(identity: identity, length: times.length)
        while true {
            do {
                let asked = ContinuousClock.now
                if try await attempt(&machine) {
                    fence.open(until: asked + times.renewalDeadline)
                    return
                }
            } catch let error as KubernetesError {
                logger.warning("lease not taken", metadata: ["error": "\(error)"])
            }
            beforePause()
            try await Task.sleep(for: times.retry * Double.random(in: 0.8...1.2))
        }
    }

    private func renew() async throws {
        var last = ContinuousClock.now
        var held: Lease?
        while true {
            beforePause()
            try await Task.sleep(for: times.renewal)
            let asked = ContinuousClock.now
            do {
                let known = held
                held = try await withDeadline(last + times.renewalDeadline) { try await renewed(known) }
                last = asked
                fence.open(until: asked + times.renewalDeadline)
            } catch let error as KubernetesError {
                logger.warning("lease not renewed", metadata: ["error": "\(error)"])
                held = nil
            }
            guard ContinuousClock.now - last < times.renewalDeadline else {
                throw LeadershipLost(reason: "the lease could not be renewed in time")
            }
        }
    }

    /// The lease as it is after another renewal, by one request as long as nobody else touches it.
    private func renewed(_ known: Lease?) async throws -> Lease {
        var lease: Lease
        if let known { lease = known } else { lease = try await client.send(.get(self.lease)) }
        guard lease.spec.holderIdentity == identity else {
            throw LeadershipLost(reason: "another process holds the lease")
        }
        lease.spec.renewTime = MicroTime(Date())
        return try await client.send(.replace(lease))
    }

    /// Whether this process holds the lease now.
    private func attempt(_ machine: inout LeaderStateMachine) async throws -> Bool {
        do {
            var current = try await client.send(KubernetesRequest<Lease>.get(lease))
            switch machine.decide(on: current.spec, now: .now, wallClock: Date()) {
            case .wait: return false
            case .write(let spec):
                current.spec = spec
                _ = try await client.send(.replace(current))
                return true
            }
        } catch let error as KubernetesError where error.code == .notFound {
            var new = Lease(metadata: ObjectMeta(name: lease.name, namespace: lease.namespace))
            guard case .write(let spec) = machine.decide(on: new.spec, now: .now, wallClock: Date()) else {
                return false
            }
            new.spec = spec
            _ = try await client.send(.create(new))
            return true
        } catch let error as KubernetesError where error.code == .conflict || error.code == .alreadyExists {
            // Somebody was faster; the next look tells who.
            return false
        }
    }

    private func release() async {
        do {
            var current = try await client.send(KubernetesRequest<Lease>.get(lease))
            guard current.spec.holderIdentity == identity else { return }
            current.spec.holderIdentity = ""
            current.spec.leaseDurationSeconds = 1
            _ = try await client.send(.replace(current))
            logger.info("lease given up", metadata: ["lease": "\(lease)"])
        } catch {
            logger.warning("lease not given up", metadata: ["error": "\(error)"])
        }
    }
}

/// The process no longer leads and must do nothing more.
package struct LeadershipLost: Error, CustomStringConvertible {
    package let reason: String
    package var description: String { "leadership lost: \(reason)" }
}

/// Cancels `body` at the deadline, which it then reports as an unavailable server.
private func withDeadline<Result: Sendable>(
    _ deadline: ContinuousClock.Instant,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(until: deadline, clock: .continuous)
            throw KubernetesError(.unavailable, "the API server did not answer in time")
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw CancellationError() }
        return result
    }
}
