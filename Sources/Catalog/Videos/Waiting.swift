import Foundation
import VLogCore

/// Why a video that is queued does not move yet, as a reason for programs and a sentence for people.
struct Waiting: Equatable {
    let reason: WaitingReason
    let sentence: String

    /// What the queue looks like from one job.
    struct Situation {
        /// When the next attempt may start; nil when it may now.
        var retryAt: Date?
        /// Workers heard of lately, and those of them that have a job.
        var workersOnline: Int
        var workersBusy: Int
        /// Queued jobs that will be claimed before this one, and jobs that workers have now.
        var queuedBefore: Int
        var running: Int
    }

    init(_ situation: Situation) {
        guard situation.workersOnline > 0 else {
            reason = .noRunner
            sentence = "No runner is connected. Start one with “vlog runner pull”; this video then goes on by itself."
            return
        }
        if let retryAt = situation.retryAt {
            reason = .retryLater
            let time = retryAt.formatted(.iso8601.time(includingFractionalSeconds: false))
            sentence = "The last attempt failed. The next one starts by itself at \(time) UTC, or now with Retry."
            return
        }
        guard situation.queuedBefore >= situation.workersOnline - situation.workersBusy else {
            reason = .starting
            sentence = "A runner is free and takes it within moments."
            return
        }
        let before = situation.queuedBefore + situation.running
        reason = .inQueue
        sentence =
            "In the queue: \(before == 1 ? "1 job" : "\(before) jobs") before it. Another runner makes it shorter."
    }
}
