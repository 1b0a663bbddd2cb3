import Foundation
import Logging
import Synchronization

/// Tells what happened to objects. An event that repeats becomes a series of the first; one that cannot be written is
/// logged and forgotten, since nothing depends on it.
package final class EventRecorder: Sendable {
    /// What makes two events the same.
    private struct Sameness: Hashable {
        let regarding: Event.Reference
        let reason: String
        let note: String
    }

    private struct Known {
        let key: ObjectKey
        var count: Int
        var at: ContinuousClock.Instant
    }

    private static let memory = 1024
    /// An event that has not repeated for so long is told anew.
    private static let lifetime: Duration = .seconds(600)
    /// Longer notes are refused by the API server.
    private static let longestNote = 1024

    private let client: KubernetesClient
    private let controller: String
    private let instance: String
    private let logger: Logger
    private let known = Mutex<[Sameness: Known]>([:])

    /// `controller` is `vlog.dev/operator`, for example; `instance` is which of its processes.
    package init(client: KubernetesClient, controller: String, instance: String, logger: Logger) {
        self.client = client
        self.controller = controller
        self.instance = instance
        self.logger = logger
    }

    package func record<Resource: KubernetesResource>(
        _ note: String,
        reason: String,
        action: String,
        isWarning: Bool,
        about object: Resource
    ) async {
        let regarding = Event.Reference(
            apiVersion: Resource.kind.apiVersion,
            kind: Resource.kind.kind,
            namespace: object.key.namespace,
            name: object.key.name,
            uid: object.metadata.uid
        )
        let note = String(note.prefix(Self.longestNote))
        let sameness = Sameness(regarding: regarding, reason: reason, note: note)
        do {
            if let earlier = repeated(sameness) {
                let series = Event.Series(count: earlier.count, lastObservedTime: MicroTime(Date()))
                _ = try await client.send(
                    KubernetesRequest<Event>.patch(earlier.key, SeriesPatch(series: series), manager: controller)
                )
            } else {
                let event = Event(
                    metadata: ObjectMeta(name: name(for: object.key), namespace: object.key.namespace),
                    eventTime: MicroTime(Date()),
                    reportingController: controller,
                    reportingInstance: instance,
                    action: action,
                    reason: reason,
                    regarding: regarding,
                    note: note,
                    type: isWarning ? "Warning" : "Normal"
                )
                _ = try await client.send(.create(event))
                remember(sameness, as: event.key)
            }
        } catch {
            known.withLock { $0[sameness] = nil }
            logger.debug("event not written", metadata: ["reason": "\(reason)", "error": "\(error)"])
        }
    }

    private struct SeriesPatch: Encodable { let series: Event.Series }

    private func name(for key: ObjectKey) -> String {
        "\(key.name).\(String(UInt64.random(in: .min ... .max), radix: 16))"
    }

    private func repeated(_ sameness: Sameness) -> Known? {
        known.withLock { known in
            guard var earlier = known[sameness], ContinuousClock.now - earlier.at < Self.lifetime else { return nil }
            earlier.count += 1
            earlier.at = .now
            known[sameness] = earlier
            return earlier
        }
    }

    private func remember(_ sameness: Sameness, as key: ObjectKey) {
        known.withLock { known in
            if known.count >= Self.memory { known.removeAll() }
            known[sameness] = Known(key: key, count: 1, at: .now)
        }
    }
}
