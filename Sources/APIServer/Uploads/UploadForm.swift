import Foundation
import HTTPTypes
import NIOCore
import Transcoding
import VLogCore

/// Reads the fields of the upload form as they arrive, in any order, and refuses what is wrong as early as it shows.
/// Pure: it passes the file's content through.
struct UploadForm {
    private enum Field: String, CaseIterable {
        case file, title, description, published
        case categoryID = "category_id"
    }

    /// Bytes of a field that is not the file: the longest description in the widest letters.
    private static let longestField = 4 * VideoText.longestDescription

    private var current: Field?
    private var text = ByteBuffer()
    private var seen: Set<Field> = []
    private var title: String?
    private var description = ""
    private var categoryID: CategoryID?
    private var isPublished = true
    private var file: UploadedName?

    /// Takes the next event of the body; returns content of the file, if it is that.
    mutating func take(_ event: MultipartEvent) throws -> ByteBuffer? {
        switch event {
        case .partBegins(let head): try begin(head)
        case .content(let buffer) where current == .file: return buffer
        case .content(let buffer): try collect(buffer)
        case .partEnds: try end()
        }
        return nil
    }

    /// What the whole form says; the file must have been in it.
    func fields() throws -> UploadFields {
        guard let file else { throw APIError.badField("file", "is missing; the form needs one part with this name.") }
        return UploadFields(
            title: try title ?? file.title(),
            description: description,
            categoryID: categoryID,
            isPublished: isPublished,
            file: file
        )
    }

    private mutating func begin(_ head: PartHead) throws {
        guard let field = Field(rawValue: head.name) else {
            let known = Field.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError.badField(String(head.name.prefix(60)), "is not a field of this form, which has \(known).")
        }
        guard seen.insert(field).inserted else {
            throw APIError.badField(field.rawValue, "is there twice; send one video per upload.")
        }
        if field == .file { file = try UploadedName(head.filename) }
        current = field
        text.clear()
    }

    private mutating func collect(_ buffer: ByteBuffer) throws {
        guard text.readableBytes + buffer.readableBytes <= UploadForm.longestField else {
            throw APIError.badField(current?.rawValue ?? "form", "is longer than \(UploadForm.longestField) bytes.")
        }
        text.writeImmutableBuffer(buffer)
    }

    private mutating func end() throws {
        let value = String(buffer: text)
        switch current {
        case .file, nil: break
        case .title: title = value.isEmpty ? nil : try VideoText.title(value)
        case .description: description = try VideoText.description(value)
        case .categoryID: categoryID = try category(value)
        case .published: isPublished = try truth(value)
        }
        current = nil
    }

    /// A form's "no category" is an empty text.
    private func category(_ text: String) throws -> CategoryID? {
        if text.isEmpty { return nil }
        guard let id = CategoryID(text) else {
            throw APIError.badField("category_id", "is not the number of a category.")
        }
        return id
    }

    private func truth(_ text: String) throws -> Bool {
        switch text.lowercased() {
        case "true", "1", "on", "yes": true
        case "false", "0", "off", "no": false
        default: throw APIError.badField("published", "is true or false.")
        }
    }
}

/// What somebody filled into the upload form.
struct UploadFields: Equatable {
    let title: String
    let description: String
    let categoryID: CategoryID?
    let isPublished: Bool
    let file: UploadedName
}

extension UploadFields {
    /// What the form says when only the file was filled in.
    init(_ file: UploadedName) throws {
        self.init(title: try file.title(), description: "", categoryID: nil, isPublished: true, file: file)
    }
}

/// The name that the file had on the sender's disk. It is shown, and its extension decides; it is never a path.
struct UploadedName: Equatable {
    let name: String
    /// In lower case, without the dot; one of those that videos are known by.
    let suffix: String

    /// Refuses extensions that no video has (415) before the bytes are taken.
    init(_ name: String?) throws {
        guard let name, !name.isEmpty else { throw APIError.badField("file", "has no file name; choose a file.") }
        let plain = String(
            String.UnicodeScalarView(name.unicodeScalars.filter { $0.properties.generalCategory != .control })
        )
        self.name = String(plain.suffix(VideoText.longestFilename))
        suffix = (plain as NSString).pathExtension.lowercased()
        guard SourceContainer.extensions.contains(suffix) else {
            let known = SourceContainer.extensions.sorted().joined(separator: ", ")
            let named = suffix.isEmpty ? "has no extension" : "is not a video by its extension .\(suffix.prefix(20))"
            throw APIError(
                .unsupportedMediaType,
                "file: \"\(self.name)\" \(named). These are taken: \(known).",
                code: "extension"
            )
        }
    }

    /// The name without its extension: the title of a video that got none.
    func title() throws -> String {
        try VideoText.title(String((name as NSString).deletingPathExtension.prefix(VideoText.longestTitle)))
    }
}
