/// Where something was seen.
package struct Place: Sendable, Equatable, Encodable {
    /// A path below what was checked.
    package let file: String
    /// From 1.
    package var line: Int?
    /// Offset from the start of the file.
    package var byte: Int?
    /// Of the presentation.
    package var seconds: Double?

    init(_ file: MediaPath, line: Int? = nil, byte: Int? = nil, seconds: Double? = nil) {
        self.file = file.description
        self.line = line
        self.byte = byte
        self.seconds = seconds
    }

    var text: String {
        var text = file
        if let line { text += ", line \(line)" }
        if let byte { text += ", byte \(byte)" }
        if let seconds { text += ", at \(Seconds.text(seconds))" }
        return text
    }
}

/// A rule that was broken somewhere.
struct Finding: Sendable, Equatable {
    let rule: ConformanceRule
    let place: Place
    /// One sentence: what was seen, and what was expected.
    let message: String
}
