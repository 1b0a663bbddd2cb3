import Foundation

/// One aspect of an object's state (metav1.Condition).
package struct Condition: Codable, Sendable, Equatable {
    package enum Status: String, Codable, Sendable {
        case yes = "True"
        case no = "False"
        case unknown = "Unknown"
    }

    package var type: String
    package var status: Status
    /// In CamelCase, from a closed list.
    package var reason: String
    /// For people.
    package var message: String
    package var lastTransitionTime: Date
    package var observedGeneration: Int64?

    package init(
        type: String,
        status: Status,
        reason: String,
        message: String,
        lastTransitionTime: Date,
        observedGeneration: Int64?
    ) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
        self.lastTransitionTime = lastTransitionTime
        self.observedGeneration = observedGeneration
    }
}

extension [Condition] {
    package func first(ofType type: String) -> Condition? { first { $0.type == type } }

    package func isTrue(_ type: String) -> Bool { first(ofType: type)?.status == .yes }

    /// Puts the condition in the place of the one of its type, whose time stays unless the status changes.
    package mutating func set(_ condition: Condition) {
        guard let index = firstIndex(where: { $0.type == condition.type }) else { return append(condition) }
        var condition = condition
        if self[index].status == condition.status { condition.lastTransitionTime = self[index].lastTransitionTime }
        self[index] = condition
    }
}
