import Synchronization
import VLogCore

/// What has happened since a stream last looked; any number of changes of one video become one.
final class PendingEvents: Sendable {
    struct Batch: Sendable {
        var changed: Set<VideoID> = []
        /// So much time has passed that the stream must show that it lives.
        var isHeartbeatDue = false
    }

    /// One element while something is pending; ends when the stream must.
    let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let asked: Set<VideoID>
    private let batch: Mutex<Batch>

    /// Everything asked for is pending at first.
    init(asked: [VideoID]) {
        self.asked = Set(asked)
        batch = Mutex(Batch(changed: self.asked))
        // One signal waits at most; what it is about is in the batch.
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        signal.yield()
    }

    func note(_ event: EventHub.Event) {
        switch event {
        case .changed(let id):
            guard asked.contains(id) else { return }
            batch.withLock { _ = $0.changed.insert(id) }
        case .resync:
            batch.withLock { $0.changed = asked }
        }
        signal.yield()
    }

    func noteHeartbeat() {
        batch.withLock { $0.isHeartbeatDue = true }
        signal.yield()
    }

    /// These could not be told; they are pending again, with the next signal.
    func putBack(_ ids: Set<VideoID>) { batch.withLock { $0.changed.formUnion(ids) } }

    func take() -> Batch {
        batch.withLock { batch in
            defer { batch = Batch() }
            return batch
        }
    }

    func finish() { signal.finish() }
}
