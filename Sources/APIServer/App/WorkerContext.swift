import Hummingbird
import VLogCore

/// A request to the Worker API.
package struct WorkerContext: APIContext {
    package var coreContext: CoreRequestContextStorage
    package let facts: RequestFacts
    /// The worker that the API key belongs to; set by the authentication of the Worker API.
    package var worker: WorkerID?

    package init(source: ApplicationRequestContextSource) {
        facts = RequestFacts(source)
        coreContext = facts.core
    }

    package var maxUploadSize: Int { 4 << 20 }
}
