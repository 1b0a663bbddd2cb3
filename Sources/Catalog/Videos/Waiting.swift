import Foundation
import VLogCore

/// Why a video that is queued does not move yet, as a reason for programs and a sentence for people.
struct Waiting: Equatable {
    let reason: WaitingReason
    let sentence: String

    /// What the queue looks like from one job.
    struct Situation {
        /// The TranscodeJob that has it, and what Kubernetes says about that.
        var clusterJob: String?
        var clusterMessage: String?
        /// When the next attempt may start; nil when it may now.
        var retryAt: Date?
        /// Workers heard of lately.
        var workersOnline: Int
        /// Queued jobs that will be claimed before this one, and jobs that workers have now.
        var queuedBefore: Int
        var running: Int
        var fitness = Fitness()
        /// What the job asks of a runner.
        var codecs: [String] = []
        var sourceBytes: Int64 = 0
        /// The short side in pixels.
        var sourceSize = 0
    }

    /// Of the workers that are online: how many take jobs; of these, how many have the encoders for this one; of these,
    /// how many can map its tones, where that is due; of these, how many take its size; of these, how many have the room
    /// and so are able to do it; and of these, how many have nothing to do.
    struct Fitness: Decodable, Equatable {
        var taking = 0
        var encoding = 0
        var mapping = 0
        var sized = 0
        var able = 0
        var free = 0
    }

    init(_ situation: Situation) {
        if let name = situation.clusterJob {
            reason = .cluster
            sentence = "In Kubernetes as TranscodeJob \(name). \(situation.clusterMessage ?? "It is being made.")"
            return
        }
        guard situation.workersOnline > 0 else {
            reason = .noRunner
            sentence = "No runner is connected. Start one with “vlog runner pull”; this video then goes on by itself."
            return
        }
        guard situation.fitness.taking > 0 else {
            reason = .noneTaking
            sentence =
                "Every runner that is connected is being drained or in quarantine. “vlog worker list” shows which."
            return
        }
        guard situation.fitness.able > 0 else {
            reason = .noneAble
            sentence = situation.lack
            return
        }
        if let retryAt = situation.retryAt {
            reason = .retryLater
            let time = retryAt.formatted(.iso8601.time(includingFractionalSeconds: false))
            sentence = "The last attempt failed. The next one starts by itself at \(time) UTC, or now with Retry."
            return
        }
        guard situation.queuedBefore >= situation.fitness.free else {
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

extension Waiting.Situation {
    fileprivate var lack: String {
        guard fitness.encoding > 0 else {
            let names = codecs.map { $0.uppercased() }.formatted(.list(type: .and).locale(Locale(identifier: "en")))
            return "No runner that is connected encodes \(names). “vlog doctor” says what a machine can encode."
        }
        guard fitness.mapping > 0 else {
            return """
                No runner that is connected can show this HDR source on ordinary screens. It takes an ffmpeg with zscale \
                (libzimg) and tonemap; “vlog doctor” says what a machine has.
                """
        }
        guard fitness.sized > 0 else {
            return """
                No runner that is connected takes sources of \(sourceSize) lines: all have too little memory for them, or \
                were started with a smaller --largest-source.
                """
        }
        let size = sourceBytes.formatted(.byteCount(style: .file).locale(Locale(identifier: "en")))
        return "No runner that is connected has room for this source (\(size)). Free some of their scratch folders."
    }
}
