import Foundation
import Testing

@testable import VLogCore

@Suite struct BodyTests {
    private func decode<Body: Decodable>(_ type: Body.Type, _ text: String) throws -> Body {
        try JSONCoding.decoder().decode(type, from: Data(text.utf8))
    }

    @Test func absentAndNullCategoriesDiffer() throws {
        #expect(try decode(VideoEdit.self, #"{"title": "a"}"#).categoryID == .keep)
        #expect(try decode(VideoEdit.self, #"{"category_id": null}"#).categoryID == .clear)
        #expect(try decode(VideoEdit.self, #"{"category_id": 3}"#).categoryID == .set(CategoryID(rawValue: 3)))
    }

    @Test(arguments: [VideoEdit(title: "t"), VideoEdit(categoryID: .clear), VideoEdit(published: false)])
    func editsSurviveTheWire(edit: VideoEdit) throws {
        #expect(try JSONCoding.decoder().decode(VideoEdit.self, from: JSONCoding.encoder().encode(edit)) == edit)
    }

    @Test func timesAreRFC3339InUTC() throws {
        let text = String(
            decoding: try JSONCoding.encoder().encode(
                SessionBody(csrfToken: "c", expiresAt: Date(timeIntervalSince1970: 0))
            ),
            as: UTF8.self
        )
        #expect(text.contains(#""expires_at":"1970-01-01T00:00:00Z""#))
    }

    @Test(arguments: ["1080", "p", "01080p", "-1p", "99999p", "0p", "1080P"])
    func otherQualitiesAreRefused(text: String) { #expect(Quality(rawValue: text) == nil) }

    @Test(arguments: ["0", "-1", "+1", " 1", "1.0", "", "9223372036854775808", "१"])
    func otherIdsAreRefused(text: String) { #expect(VideoID(text) == nil) }
}
