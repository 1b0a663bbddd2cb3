import Hummingbird
import Logging
import VLogCore

/// Who asks the Worker API.
enum RunnerIdentity: Sendable {
    /// A worker that was registered and asks for any job.
    case worker(WorkerID)
    /// A pod that was made for one job.
    case pod(PodIdentity)
}

/// A request to the Worker API.
package struct WorkerContext: APIContext {
    package var coreContext: CoreRequestContextStorage
    package let facts: RequestFacts
    /// Set by the authentication of the Worker API.
    var runner: RunnerIdentity?
    /// What the runner was told with its job, and tells with every request about it.
    var traceID: String?

    /// With the request's id, and with the trace by which all logs tell one video's story.
    package var logger: Logger {
        var logger = facts.logger
        if let traceID { logger[metadataKey: "trace.id"] = "\(traceID)" }
        return logger
    }

    package init(source: ApplicationRequestContextSource) {
        facts = RequestFacts(source)
        coreContext = facts.core
    }

    package var maxUploadSize: Int { 4 << 20 }
}
