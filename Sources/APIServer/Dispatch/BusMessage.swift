/// What a subscriber of the `UpdateBus` is told.
package enum BusMessage: Sendable, Equatable {
    case notification(channel: String, payload: String)
    /// Listening from now on, perhaps in another way. What happened before may have been missed.
    case reconnected
    /// Told every few seconds while Redis is configured and not reached: servers that reach it may have said something
    /// there, keys excepted, which are always told by the database as well.
    case doubtful
}
