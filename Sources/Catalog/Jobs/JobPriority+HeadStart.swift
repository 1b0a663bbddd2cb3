import VLogCore

extension JobPriority {
    /// How much longer than it did a job counts as having waited. What waits for half an hour more than another is
    /// before it in the queue, though it be of the next lower priority.
    var headStart: Duration { .seconds((rawValue - JobPriority.normal.rawValue) * 30 * 60) }
}
