import HTTPTypes
import NIOCore
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct UploadFormTests {
    @Test func fieldsMayStandBeforeAndAfterTheFile() throws {
        let fields = try read([
            ("title", nil, " A film "), ("file", "holiday.MOV", "bytes"), ("description", nil, "two\nlines"),
            ("category_id", nil, "7"), ("published", nil, "false"),
        ])
        #expect(fields.title == "A film")
        #expect(fields.description == "two\nlines")
        #expect(fields.categoryID == CategoryID(rawValue: 7))
        #expect(!fields.isPublished)
        #expect(fields.file.suffix == "mov")
    }

    @Test func aMissingTitleIsTheNameOfTheFile() throws {
        let fields = try read([("title", nil, ""), ("file", "My holiday.mp4", "bytes")])
        #expect(fields.title == "My holiday")
        #expect(fields.isPublished)
        #expect(fields.categoryID == nil)
    }

    @Test(
        arguments: [
            ([("title", nil, "x")], "file"), ([("file", "a.mp4", ""), ("file", "b.mp4", "")], "file"),
            ([("file", nil, "no name")], "file"), ([("titel", nil, "x")], "titel"),
            ([("title", nil, "x"), ("title", nil, "y")], "title"),
            ([("title", nil, String(repeating: "x", count: 201))], "title"), ([("title", nil, "a\u{7}b")], "title"),
            ([("title", nil, "   ")], "title"), ([("category_id", nil, "seven")], "category_id"),
            ([("category_id", nil, "-1")], "category_id"), ([("published", nil, "perhaps")], "published"),
            ([("description", nil, String(repeating: "x", count: 10_001))], "description"),
            ([("description", nil, String(repeating: "x", count: 50_000))], "description"),
        ] as [([(String, String?, String)], String)]
    )
    func whatIsWrongIsNamed(parts: [(String, String?, String)], field: String) {
        let error = #expect(throws: APIError.self) { _ = try read(parts) }
        #expect(error?.status == .badRequest)
        #expect(error?.detail.hasPrefix("\(field):") == true)
    }

    @Test(arguments: ["film.exe", "film", ".mp4", "film.mp4.html", "film.mp3"])
    func otherExtensionsAreRefusedWhenThePartBegins(name: String) {
        var form = UploadForm()
        let error = #expect(throws: APIError.self) {
            _ = try form.take(.partBegins(PartHead(name: "file", filename: name)))
        }
        #expect(error?.status == .unsupportedMediaType)
    }

    private func read(_ parts: [(String, String?, String)]) throws -> UploadFields {
        var form = UploadForm()
        for (name, filename, content) in parts {
            _ = try form.take(.partBegins(PartHead(name: name, filename: filename)))
            _ = try form.take(.content(ByteBuffer(string: content)))
            _ = try form.take(.partEnds)
        }
        return try form.fields()
    }
}
