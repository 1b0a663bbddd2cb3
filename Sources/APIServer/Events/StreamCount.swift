import HTTPTypes
import Metrics
import Observability
import Synchronization

/// Bounds how many event streams are open at once. A place is given back when its last reference goes, whatever became
/// of the response that held it.
final class StreamCount: Sendable {
    private let most: Int
    private let open = Mutex(0)

    init(most: Int) { self.most = most }

    /// 503 when all places are taken.
    func take() throws -> Place {
        let isFree = open.withLock { open in
            guard open < most else { return false }
            open += 1
            return true
        }
        guard isFree else {
            throw APIError(.serviceUnavailable, "\(most) event streams are open, which is the most.", code: "busy")
        }
        record()
        return Place(count: self)
    }

    private func record() {
        Gauge(label: MetricName.eventSubscribers.rawValue).record(open.withLock { $0 })
    }

    /// A place among the open streams.
    final class Place: Sendable {
        private let count: StreamCount

        fileprivate init(count: StreamCount) { self.count = count }

        deinit {
            count.open.withLock { $0 -= 1 }
            count.record()
        }
    }
}
