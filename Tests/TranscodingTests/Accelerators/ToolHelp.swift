import SystemPackage

@testable import Transcoding

/// The options of an encoder or a filter, read from `ffmpeg -h encoder=…` or `-h filter=…`.
struct ToolHelp: Sendable {
    struct Option: Sendable {
        let type: String
        let constants: Set<String>
        /// Nil when the help says none, or in words.
        let range: ClosedRange<Double>?

        func takes(_ value: String) -> Bool {
            if constants.contains(value) || ["string", "pix_fmt", "dictionary", "flags"].contains(type) { return true }
            guard let number = Double(value) else { return false }
            return range?.contains(number) ?? true
        }
    }

    private(set) var options: [String: Option] = [:]

    /// Empty when this ffmpeg does not know the thing.
    static func of(_ what: String, _ tools: MediaTools) async throws -> ToolHelp {
        ToolHelp(try await ToolProcess(tools.ffmpeg, ["-hide_banner", "-h", what]).outputText())
    }

    init(_ text: String) {
        var name: String?
        var constants: Set<String> = []
        var (type, range): (String, ClosedRange<Double>?) = ("", nil)
        func flush(_ options: inout [String: Option]) {
            if let name { options[name] = Option(type: type, constants: constants, range: range) }
        }
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            let isOption = words.count > 1 && words[1].hasPrefix("<")
            if isOption {
                flush(&options)
                name = words[0].hasPrefix("-") ? String(words[0].dropFirst()) : words[0]
                type = String(words[1].dropFirst().dropLast())
                constants = []
                range = ToolHelp.range(line)
            } else if line.hasPrefix("     "), let word = words.first {
                constants.insert(word)
            }
        }
        flush(&options)
    }

    /// Reads `(from -1 to 35)`.
    private static func range(_ line: Substring) -> ClosedRange<Double>? {
        guard let match = line.firstMatch(of: /\(from (-?[0-9.]+) to (-?[0-9.]+|INT_MAX)\)/),
            let low = Double(match.1)
        else { return nil }
        let high = Double(match.2) ?? Double(Int32.max)
        return low <= high ? low...high : nil
    }
}
