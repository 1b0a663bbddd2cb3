import Testing
import VLogCore

@Suite struct SpriteLayoutTests {
    @Test(arguments: [
        ("10", SpriteLayout()),
        ("2:320x180", SpriteLayout(interval: 2, width: 320, height: 180)),
        ("600:16x640:1x20", SpriteLayout(columns: 1, rows: 20, interval: 600, width: 16, height: 640)),
        ("5:161x91", SpriteLayout(interval: 5, width: 160, height: 90)),
    ])
    func aLayoutIsReadFromLeftToRight(text: String, expected: SpriteLayout) {
        #expect(SpriteLayout(text: text) == expected)
    }

    @Test(arguments: [
        "", "0", "601", "x", "10:", "10:160", "10:15x90", "10:160x641", "10:160x90x3", "10:160x90:0x1",
        "10:160x90:21x1",
        "10:160x90:10x10:1", "-1", "10:-160x90", "1e1", "10 :160x90",
    ])
    func whatIsNoneIsRefused(text: String) {
        #expect(SpriteLayout(text: text) == nil)
    }
}
