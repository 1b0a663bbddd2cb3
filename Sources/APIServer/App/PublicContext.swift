import Hummingbird

/// A request to the Public API; nobody signs in there.
package struct PublicContext: APIContext {
    package var coreContext: CoreRequestContextStorage
    package let facts: RequestFacts

    package init(source: ApplicationRequestContextSource) {
        facts = RequestFacts(source)
        coreContext = facts.core
    }

    package var maxUploadSize: Int { 16 << 10 }
}
