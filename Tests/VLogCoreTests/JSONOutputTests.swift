import Foundation
import Testing

@testable import VLogCore

/// What is written directly is what Foundation's encoder writes, but for the order of keys.
@Suite struct JSONOutputTests {
    private struct Sample: Codable, Equatable {
        var text = "plain"
        var number = -7
        var large = Int64.max
        var small: UInt8 = 200
        var real = 60.04
        var whole = 3.0
        var yes = true
        var nothing: String?
        var list = ["a", "b"]
        var empty: [Int] = []
        var nested = [[1, 2], [], [3]]
        var bytes = Data([0, 255, 1])
        var dates = [Date(timeIntervalSince1970: 0)]
        var map = ["key \"quoted\"": 1.5]
        var object = Inner()
        var objects = [Inner(), Inner(name: "second")]
    }

    private struct Inner: Codable, Equatable {
        var name = "inner"
        var when = Date(timeIntervalSince1970: 1_800_000_000)
        var state: JobState? = .running
    }

    private struct Empty: Codable {}

    private func parsed(_ bytes: some Sequence<UInt8>) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? NSDictionary)
    }

    @Test func everyKindOfValueIsWrittenAsFoundationDoes() throws {
        let sample = Sample()
        let bytes = try JSONCoding.bytes(of: sample)
        #expect(try parsed(bytes) == parsed(JSONCoding.encoder().encode(sample)))
        #expect(try JSONCoding.decoder().decode(Sample.self, from: Data(bytes)) == sample)
    }

    @Test(arguments: [
        "", "\"\\/\u{8}\u{9}\u{A}\u{C}\u{D}\u{0}\u{1F}\u{7F}", "</script><!--", "ä€😀\u{2028}", "e\u{301}",
        String(repeating: "x\n", count: 5000),
    ])
    func textIsEscapedWhereItMustBe(text: String) throws {
        let bytes = try JSONCoding.bytes(of: [text])
        #expect(bytes == Array(try JSONCoding.encoder().encode([text])))
        #expect(try JSONCoding.decoder().decode([String].self, from: Data(bytes)) == [text])
    }

    @Test func anyTextComesBack() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let text = String(
                decoding: (0..<40).map { _ in UInt8.random(in: 0...255, using: &generator) },
                as: UTF8.self
            )
            let bytes = try JSONCoding.bytes(of: ["key": text])
            #expect(try JSONCoding.decoder().decode([String: String].self, from: Data(bytes)) == ["key": text])
        }
    }

    /// From 1600 on; earlier, Foundation counts by the Julian calendar.
    @Test func timesAreThoseOfTheCalendar() throws {
        let days = stride(from: -135_000.0, to: 1_500_000, by: 997).map { Date(timeIntervalSince1970: $0 * 86_400 - 1) }
        let moments = days + [Date(timeIntervalSince1970: 951_827_696.9), Date(timeIntervalSince1970: -0.5)]
        for date in moments {
            #expect(try JSONCoding.bytes(of: [date]) == Array("[\"\(date.formatted(.iso8601))\"]".utf8))
        }
    }

    @Test func whatHasNoEntriesIsAnEmptyObject() throws {
        #expect(try JSONCoding.bytes(of: [Empty(), Empty()]) == Array("[{},{}]".utf8))
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func whatJSONHasNoWordForIsRefused(value: Double) {
        #expect(throws: EncodingError.self) { try JSONCoding.bytes(of: [value]) }
    }

    /// `PublicVideoDetail` writes the fields of its video beside its own.
    @Test func twoContainersOfOneValueAreOneObject() throws {
        let video = PublicVideo(
            id: VideoID(rawValue: 1),
            slug: try #require(Slug(rawValue: "film")),
            title: "Film",
            description: "",
            category: nil,
            duration: 1.5,
            width: 2,
            height: 2,
            thumbnailURL: "/t",
            streamURL: "/s",
            publishedAt: Date(timeIntervalSince1970: 0)
        )
        let detail = PublicVideoDetail(video: video, dashURL: "/d", spritesURL: nil, renditions: [])
        let bytes = try JSONCoding.bytes(of: detail)
        #expect(try JSONCoding.decoder().decode(PublicVideoDetail.self, from: Data(bytes)) == detail)
    }
}
