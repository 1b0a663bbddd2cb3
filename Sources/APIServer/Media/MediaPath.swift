import VLogCore

/// Which file of which video a URL names: `/videos/{slug}/{path}`, in the plain letters of `Slug` and `OutputPath`.
/// It is read off the raw path of the request, so that whatever is escaped, doubled or climbs names nothing.
struct MediaPath: Equatable {
    let slug: Slug
    let file: OutputPath

    init?(_ path: String) {
        let parts = path.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[1] == "videos", let slug = Slug(rawValue: String(parts[2])),
            let file = OutputPath(rawValue: String(parts[3]))
        else { return nil }
        self.slug = slug
        self.file = file
    }
}
