import Testing
import VLogCore

@testable import APIServer

/// Ways to ask for a file that is not a video's, each of which must name nothing.
let traversals = [
    "/videos/clip/../clip/master.m3u8", "/videos/../videos/clip/master.m3u8", "/videos/clip/./master.m3u8",
    "/videos/clip/..%2fclip/master.m3u8", "/videos/clip/%2e%2e/clip/master.m3u8", "/videos/%2e%2e/master.m3u8",
    "/videos/clip/%2E%2E%2Fmaster.m3u8", "/videos/clip/%252e%252e/master.m3u8", "/videos/clip%2fmaster.m3u8",
    "/videos/clip/..%5cmaster.m3u8", "/videos/clip/..\\master.m3u8", "/videos/clip/%5cmaster.m3u8",
    "/videos/clip/master.m3u8%00", "/videos/clip/master.m3u8%00.jpg", "/videos/clip//master.m3u8",
    "//videos/clip/master.m3u8", "/videos//clip/master.m3u8", "/videos/clip/1080p//segment_0.m4s",
    "/videos/clip/master.m3u8/", "/videos/clip/", "/videos/clip", "/videos/CLIP/master.m3u8",
    "/videos/clip/MASTER.M3U8", "/videos/clip/master%2em3u8", "/videos/clip/master.m3u8%20",
    "/videos/clip/.job-1/master.m3u8", "/videos/clip/.job-1/checkpoint", "/videos/clip/.master.m3u8.x.tmp",
    "/videos/clip/1080p/../master.m3u8",
    "/videos/clip/1080p/1080p/segment_0.m4s", "/videos/clip/secret.txt", "/videos/clip/source.mov",
    "/videos/..%c0%af../etc/passwd", "/videos/....//clip/master.m3u8", "/videos/clip/master.m3u8;.jpg",
    "/Videos/clip/master.m3u8", "/videos/clip/../../uploads/1.mp4", "/videos/-clip/master.m3u8",
]

@Suite(.timeLimit(.minutes(2))) struct MediaPathTests {
    @Test(arguments: ["/videos/clip/master.m3u8", "/videos/clip-2/1080p/segment_0.m4s", "/videos/a/thumbnail.jpg"])
    func plainPathsNameAFile(path: String) throws {
        let parts = path.split(separator: "/")
        let media = try #require(MediaPath(path))
        #expect(media.slug.rawValue == parts[1])
        #expect(media.file.rawValue == parts[2...].joined(separator: "/"))
    }

    @Test(arguments: traversals)
    func everythingElseNamesNothing(path: String) {
        #expect(MediaPath(path) == nil)
    }
}
