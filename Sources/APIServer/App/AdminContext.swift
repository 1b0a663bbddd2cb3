import Hummingbird

/// A request to the Admin API.
package struct AdminContext: APIContext {
    package var coreContext: CoreRequestContextStorage
    package let facts: RequestFacts
    /// Set by `AdminAuthentication`; routes behind it can rely on it.
    package var identity: AdminIdentity?

    package init(source: ApplicationRequestContextSource) {
        facts = RequestFacts(source)
        coreContext = facts.core
    }

    package var maxUploadSize: Int { 256 << 10 }
}
