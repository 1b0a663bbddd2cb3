import Catalog
import VLogCore

/// The bookkeeping of `MediaAccessCache`.
struct MediaAccessCacheState {
    enum Answer {
        case known(MediaAccess?)
        /// The ticket goes back with what the database said.
        case ask(ticket: Int)
    }

    private struct Entry {
        var access: MediaAccess?
        var freshUntil: ContinuousClock.Instant
        var validUntil: ContinuousClock.Instant
    }

    /// From here on, one request renews the answer while the others go on with it.
    private static let fresh = Duration.milliseconds(1500)
    private static let valid = Duration.seconds(2)
    private static let mostEntries = 10_000

    private var entries: [Slug: Entry] = [:]
    private var slugs: [VideoID: Slug] = [:]
    /// Counts what was forgotten, so that an answer which was on its way meanwhile is not stored.
    private var changes = 0

    mutating func lookUp(_ slug: Slug, at now: ContinuousClock.Instant) -> Answer {
        guard let entry = entries[slug], now < entry.validUntil else { return .ask(ticket: changes) }
        if now >= entry.freshUntil {
            entries[slug]?.freshUntil = entry.validUntil
            return .ask(ticket: changes)
        }
        return .known(entry.access)
    }

    /// `asked` is when the database was asked, as the answer is no newer than that.
    mutating func store(_ access: MediaAccess?, for slug: Slug, ticket: Int, at asked: ContinuousClock.Instant) {
        guard ticket == changes else { return }
        if entries.count >= Self.mostEntries { forgetAll() }
        entries[slug] = Entry(access: access, freshUntil: asked + Self.fresh, validUntil: asked + Self.valid)
        if let access { slugs[access.id] = slug }
    }

    mutating func forget(_ id: VideoID) {
        changes += 1
        if let slug = slugs.removeValue(forKey: id) {
            entries[slug] = nil
        } else {
            // A video that was unknown until now: any answer "there is none" may be about it.
            entries = entries.filter { $0.value.access != nil }
        }
    }

    mutating func forgetAll() {
        changes += 1
        entries.removeAll(keepingCapacity: true)
        slugs.removeAll(keepingCapacity: true)
    }
}
