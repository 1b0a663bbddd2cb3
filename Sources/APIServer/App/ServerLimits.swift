import Archives

/// The bounds of what clients may ask of the server.
package struct ServerLimits: Sendable {
    /// The longest request body of an upload: the file and the few bytes of form around it.
    package var uploadBytes: Int64 = 64 << 30
    /// Bytes of the storage's disk that uploads leave free for what is made of them.
    package var freeBytesMargin: Int64 = 1 << 30
    /// How many uploads may be under way at once; the next one is told to come back.
    package var concurrentUploads = 16
    /// How many event streams may be open at once; `docs/performance.md` has what each takes.
    package var eventStreams = 5000
    /// A connection on which nothing moves for so long is closed.
    package var idleTimeout: Duration = .seconds(60)
    /// Wrong passwords and secrets that one address may send in `attemptWindow`.
    package var attemptsPerAddress = 10
    /// Wrong passwords and secrets from everywhere in `attemptWindow`.
    package var attemptsInTotal = 200
    package var attemptWindow: Duration = .seconds(15 * 60)

    /// After so long, another server takes over a job's announcement that one took from Redis and did nothing with.
    package var dispatchIdle: Duration = .seconds(10)
    /// What a job's result may be when it comes as one archive.
    package var archive = ArchiveLimits()

    /// How long a runner's lease lasts without being renewed.
    package var jobLease: Duration = .seconds(60)

    package init() {}
}
