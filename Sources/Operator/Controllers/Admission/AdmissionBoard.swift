import Synchronization

/// Everybody's place as the last pass over a namespace saw it: never ahead of the ledgers that were written.
final class AdmissionBoard: Sendable {
    private let places = Mutex<[String: [String: Place]]>([:])

    /// Of the TranscodeJob with this UID; nil when no pass has seen it yet.
    func place(of uid: String, in namespace: String) -> Place? { places.withLock { $0[namespace]?[uid] } }

    /// Replaces a namespace's places; returns the UIDs for which that is news.
    func replace(_ namespace: String, with new: [String: Place]) -> [String] {
        places.withLock { places in
            let old = places[namespace] ?? [:]
            places[namespace] = new.isEmpty ? nil : new
            return new.filter { old[$0.key] != $0.value }.map(\.key) + old.keys.filter { new[$0] == nil }
        }
    }
}
