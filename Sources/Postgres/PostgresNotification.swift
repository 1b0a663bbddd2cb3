/// What a subscriber of a `PostgresListener` is told.
package enum PostgresNotification: Sendable, Equatable {
    case notification(channel: String, payload: String)
    /// Listening from now on. What happened before, or while the connection was lost, may have been missed.
    case reconnected
}
