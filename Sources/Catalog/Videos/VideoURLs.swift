import VLogCore

/// Where a video's files are below the root of the Public and the Admin API.
enum VideoURLs {
    static func thumbnail(_ slug: Slug) -> String { "/videos/\(slug)/thumbnail.jpg" }
    static func hls(_ slug: Slug) -> String { "/videos/\(slug)/master.m3u8" }
    static func dash(_ slug: Slug) -> String { "/videos/\(slug)/manifest.mpd" }
    static func file(_ slug: Slug, _ path: String) -> String { "/videos/\(slug)/\(path)" }
}
