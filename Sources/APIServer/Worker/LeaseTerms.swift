import Catalog
import Foundation
import VLogCore

/// How long leases last, and how often runners are asked to report.
struct LeaseTerms: Sendable {
    let length: Duration
    let events: EventHub

    init(_ services: ServerServices) {
        length = services.configuration.limits.jobLease
        events = services.events
    }

    func body(_ row: LeaseRow) -> LeaseBody { body(until: row.leaseUntil, cancel: row.cancelRequested) }

    func body(until end: Date, cancel: Bool) -> LeaseBody {
        LeaseBody(
            leaseUntil: end,
            leaseSeconds: Int(length.components.seconds),
            nextReportIn: events.watchers ? 1 : 10,
            cancel: cancel
        )
    }
}
