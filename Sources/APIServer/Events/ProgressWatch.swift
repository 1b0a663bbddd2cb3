import NIOCore
import Synchronization
import VLogCore

/// What one stream of progress events has told, and has still to tell. Any number of changes of one video that come
/// while the client is slow become one event.
final class ProgressWatch: Sendable {
    struct Batch: Sendable {
        /// Complete server-sent events, in the order of the videos' ids.
        var events: [ByteBuffer] = []
        /// So much time has passed that the stream must show that it lives.
        var isHeartbeatDue = false
    }

    private struct State {
        /// Videos that were not read yet since the stream was opened.
        var unread: Set<VideoID>
        var latest: [VideoID: ProgressEvent] = [:]
        var told: [VideoID: UInt64] = [:]
        var untold: Set<VideoID> = []
        var isHeartbeatDue = false
        /// What the client said that it knows; nil when it said nothing, or once it was looked at.
        var resumesFrom: UInt64?
        /// All that the client was told: the combined fingerprints of `told`, and the `id` of the last event. So a
        /// client that comes back, to whichever server, says with `Last-Event-ID` whether it missed anything.
        var knowledge: UInt64 = 0
    }

    /// One element while something is to be told; ends when the stream must.
    let signals: AsyncStream<Void>
    let ids: Set<VideoID>
    private let signal: AsyncStream<Void>.Continuation
    private let state: Mutex<State>

    /// A stream about `ids`, of a client that knows what the event `lastEventID` said last.
    init(ids: [VideoID], lastEventID: String? = nil) {
        self.ids = Set(ids)
        state = Mutex(State(unread: self.ids, resumesFrom: lastEventID.flatMap { UInt64($0, radix: 16) }))
        // One signal waits at most; what it is about is in the state.
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// A video was read; nil says that there is none.
    func note(_ id: VideoID, _ event: ProgressEvent?) {
        let hasNews = state.withLock { state in
            state.unread.remove(id)
            if let event {
                state.latest[id] = event
                if state.told[id] == event.fingerprint { state.untold.remove(id) } else { state.untold.insert(id) }
            }
            guard let known = state.resumesFrom else { return !state.untold.isEmpty }
            guard state.unread.isEmpty else { return false }
            state.resumesFrom = nil
            let current = state.latest.mapValues(\.fingerprint)
            if current.values.reduce(0, ^) == known {
                state.told = current
                state.untold = []
                state.knowledge = known
                // Shows the client that the stream is up.
                state.isHeartbeatDue = true
            }
            return true
        }
        if hasNews { signal.yield() }
    }

    func noteHeartbeat() {
        state.withLock { $0.isHeartbeatDue = true }
        signal.yield()
    }

    func take() -> Batch {
        state.withLock { state in
            var batch = Batch(isHeartbeatDue: state.isHeartbeatDue)
            state.isHeartbeatDue = false
            guard state.resumesFrom == nil else { return batch }
            for id in state.untold.sorted() {
                guard let event = state.latest[id] else { continue }
                state.knowledge ^= (state.told[id] ?? 0) ^ event.fingerprint
                state.told[id] = event.fingerprint
                var text = ByteBuffer(string: "id: \(String(state.knowledge, radix: 16))\n")
                text.writeImmutableBuffer(event.text)
                batch.events.append(text)
            }
            state.untold = []
            return batch
        }
    }

    func finish() { signal.finish() }
}
