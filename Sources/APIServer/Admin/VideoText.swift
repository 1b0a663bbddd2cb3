import Foundation

/// The rules for the texts that people give a video; the same at upload and at edit.
enum VideoText {
    static let longestTitle = 200
    static let longestDescription = 10_000
    static let longestFilename = 255

    /// A title without the spaces around it; 400 when it is empty, too long or has control characters.
    static func title(_ text: String) throws -> String {
        let title = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !title.isEmpty else { throw APIError.badField("title", "is empty.") }
        guard title.count <= longestTitle else {
            throw APIError.badField("title", "is \(title.count) characters long; \(longestTitle) is the most.")
        }
        guard title.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw APIError.badField("title", "has control characters.")
        }
        return title
    }

    /// A description; line breaks and tabs are welcome in it.
    static func description(_ text: String) throws -> String {
        guard text.count <= longestDescription else {
            throw APIError.badField(
                "description",
                "is \(text.count) characters long; \(longestDescription) is the most."
            )
        }
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control || ["\n", "\r", "\t"].contains(scalar)
        }
        guard isPlain else { throw APIError.badField("description", "has control characters.") }
        return text
    }
}
