import Foundation
import SystemPackage

/// What a runner needs to know. Only the first four have no default; the others are limits that tests make smaller.
package struct RunnerConfiguration: Sendable {
    /// Where the Worker API listens, for example `http://127.0.0.1:9002`; a path in it is put before every request's.
    package var server: URL
    /// It never appears in logs.
    let credential: RunnerCredential
    /// What the worker is called in logs.
    package var name: String
    /// The runner's own folder for sources and ffmpeg's files; folders of earlier attempts in it are swept.
    package var scratch: FilePath
    /// The short side, in pixels, of the largest source that it takes; nil takes any.
    package var largestSource: Int?
    /// A machine that was found unfit is looked at again after so long.
    package var preflightPause: Duration = .seconds(300)
    /// Whether the runner returns when it is drained and its jobs are done.
    package var endsWhenDrained = true
    /// How many jobs run at once; nil leaves that to what the machine proved.
    package var jobsAtOnce: Int?
    /// Seconds for which the server may hold a claim; at most 30.
    package var claimWait = 25
    /// The shortest time between two claims that found nothing, should the server not hold them.
    package var shortestPoll: Duration = .seconds(1)
    package var retry = RetryPolicy()
    /// When the files of a job are sent, and how.
    package var uploadMode = UploadMode.segments
    /// Segments that are sent at the same time, and the bytes of them that may wait in memory for their turn.
    package var uploadsInFlight = 4
    package var uploadMemory = 64 << 20
    /// Bytes that must stay free on the scratch disk besides the source.
    package var scratchReserve: Int64 = 64 << 20
    /// How long the last word to the server (`release`, `fail`) may take once the runner is told to stop.
    package var farewell: Duration = .seconds(5)

    package init(server: URL, apiKey: String, name: String, scratch: FilePath) {
        self.init(server: server, credential: .key(Secret(apiKey)), name: name, scratch: scratch)
    }

    /// Of a pod, which is known by the token of its ServiceAccount.
    package init(server: URL, tokenFile: FilePath, name: String, scratch: FilePath) {
        self.init(server: server, credential: .tokenFile(tokenFile), name: name, scratch: scratch)
    }

    private init(server: URL, credential: RunnerCredential, name: String, scratch: FilePath) {
        self.server = server
        self.credential = credential
        self.name = name
        self.scratch = scratch
    }
}
