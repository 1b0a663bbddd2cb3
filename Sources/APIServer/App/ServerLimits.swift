/// The bounds of what clients may ask of the server.
package struct ServerLimits: Sendable {
    /// The longest request body of an upload: the file and the few bytes of form around it.
    package var uploadBytes: Int64 = 64 << 30
    /// Bytes of the storage's disk that uploads leave free for what is made of them.
    package var freeBytesMargin: Int64 = 1 << 30
    /// How many uploads may be under way at once; the next one is told to come back.
    package var concurrentUploads = 16
    /// How many event streams may be open at once.
    package var eventStreams = 200
    /// A connection on which nothing moves for so long is closed.
    package var idleTimeout: Duration = .seconds(60)
    /// Wrong passwords and secrets that one address may send in `attemptWindow`.
    package var attemptsPerAddress = 10
    /// Wrong passwords and secrets from everywhere in `attemptWindow`.
    package var attemptsInTotal = 200
    package var attemptWindow: Duration = .seconds(15 * 60)

    /// How long a runner's lease lasts without being renewed.
    package var jobLease: Duration = .seconds(60)

    package init() {}
}
