import Catalog
import Foundation
import VLogCore

/// How long leases last, and how often runners are asked to report.
struct LeaseTerms: Sendable {
    let length: Duration
    let progress: ProgressFeed

    init(_ services: ServerServices) {
        length = services.configuration.limits.jobLease
        progress = services.progress
    }

    func body(_ row: LeaseRow) -> LeaseBody { body(until: row.leaseUntil, cancel: row.cancelRequested) }

    func body(until end: Date, cancel: Bool) -> LeaseBody {
        LeaseBody(
            leaseUntil: end,
            leaseSeconds: Int(length.components.seconds),
            nextReportIn: progress.isWatched ? 1 : 10,
            cancel: cancel
        )
    }
}
