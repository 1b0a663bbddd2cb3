import Foundation

/// Decides about a lease that several processes want. Pure: it is told what the lease says and what time it is.
///
/// Clocks of different machines need not agree: another's lease counts as over when this process has seen no change of it
/// for its whole length.
struct LeaderStateMachine {
    enum Decision: Equatable {
        /// Write this, with the version that was read.
        case write(Lease.Spec)
        /// Somebody else holds it.
        case wait
    }

    let identity: String
    let length: Duration
    private var seen: Lease.Spec?
    private var seenAt: ContinuousClock.Instant?

    init(identity: String, length: Duration) {
        self.identity = identity
        self.length = length
    }

    mutating func decide(on spec: Lease.Spec, now: ContinuousClock.Instant, wallClock: Date) -> Decision {
        if seen != spec {
            seen = spec
            seenAt = now
        }
        let holder = spec.holderIdentity ?? ""
        if holder != identity, !holder.isEmpty, let seenAt {
            let theirs = spec.leaseDurationSeconds.map { Duration.seconds($0) } ?? length
            guard now - seenAt >= theirs else { return .wait }
        }
        var mine = spec
        mine.holderIdentity = identity
        mine.leaseDurationSeconds = Int(length.components.seconds)
        mine.renewTime = MicroTime(wallClock)
        if holder != identity {
            mine.acquireTime = MicroTime(wallClock)
            mine.leaseTransitions = (spec.leaseTransitions ?? 0) + (holder.isEmpty && spec.acquireTime == nil ? 0 : 1)
        }
        return .write(mine)
    }
}
