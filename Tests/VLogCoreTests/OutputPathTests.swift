import Testing

@testable import VLogCore

@Suite struct OutputPathTests {
    @Test(arguments: [
        "master.m3u8", "1080p/segment_0.m4s", "audio-en/init.mp4", "1080p-g2/stream.m3u8", "thumbnail.jpg",
    ])
    func filesOfAVideoAreAccepted(text: String) { #expect(OutputPath(rawValue: text)?.rawValue == text) }

    @Test(arguments: [
        "", "/", "/a.mp4", "a.mp4/", "../a.mp4", "a/../b.mp4", "a/b/c.mp4", ".hidden.mp4", "a/.b.mp4", "a//b.mp4",
        "a\\b.mp4",
        "a%2fb.mp4", "A.mp4", "a.exe", "a.svg", "mp4", "a\u{0}.mp4", "a .mp4", "é.mp4", ".job-1/master.m3u8",
        String(repeating: "a", count: 61) + ".mp4",
    ])
    func anythingElseCannotBeExpressed(text: String) { #expect(OutputPath(rawValue: text) == nil) }

    @Test func onlyTheTwoTopManifestsAreStaged() {
        #expect(OutputPath(rawValue: "master.m3u8")?.isManifest == true)
        #expect(OutputPath(rawValue: "manifest.mpd")?.isManifest == true)
        #expect(OutputPath(rawValue: "720p/master.m3u8")?.isManifest == false)
        #expect(OutputPath(rawValue: "720p/segment_1.m4s")?.isReplaceable == false)
    }
}
