import Testing

@testable import VLogCore

@Suite struct SlugTests {
    @Test(arguments: [
        ("My Holiday 2026", "my-holiday-2026"), ("Ünïcödé – Ça va?", "unicode-ca-va"), ("   ", "video"),
        ("日本", "video"),
        ("../../etc/passwd", "etc-passwd"), ("a--b__c", "a-b-c"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
    ])
    func titlesBecomeSlugs(title: String, slug: String) {
        #expect(Slug(title: title).rawValue == slug)
        #expect(Slug(rawValue: slug) != nil)
    }

    @Test(arguments: [
        "", "-a", "a-", "a--b", "A", "a/b", "..", "a.b", "a b", "é", "a\u{0}", String(repeating: "a", count: 81),
    ])
    func otherTextsAreRefused(text: String) { #expect(Slug(rawValue: text) == nil) }

    @Test func numberedSlugsStayWithinTheLongestLength() {
        let long = Slug(title: String(repeating: "ab ", count: 40))
        let numbered = long.numbered(1234)
        #expect(numbered.rawValue.hasSuffix("-1234"))
        #expect(Slug(rawValue: numbered.rawValue) == numbered)
    }
}
