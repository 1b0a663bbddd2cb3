/// Reads the head of a part: the lines between its boundary and the empty line.
enum PartHeadParser {
    /// Scalars, not characters: a quote and a combining mark behind it are two things here.
    private typealias Scalars = Substring.UnicodeScalarView

    /// Throws `malformed` without a `Content-Disposition: form-data` that has a name.
    static func parse(_ text: String) throws(MultipartError) -> PartHead {
        for line in text.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-disposition" else {
                continue
            }
            return try parseDisposition(line[line.index(after: colon)...])
        }
        throw MultipartError(.malformed, "A part of the form has no Content-Disposition.")
    }

    private static func parseDisposition(_ value: Substring) throws(MultipartError) -> PartHead {
        var scanner = value.unicodeScalars.drop { $0 == " " || $0 == "\t" }
        guard String(scanner.prefix(9)).lowercased() == "form-data" else {
            throw MultipartError(.malformed, "A part of the form has another Content-Disposition than form-data.")
        }
        scanner = scanner.dropFirst(9)
        var parameters: [String: String] = [:]
        while let (name, text) = nextParameter(&scanner) {
            guard parameters.updateValue(text, forKey: name) == nil else {
                throw MultipartError(.malformed, "A part of the form has two values for \(name).")
            }
        }
        guard let name = parameters["name"] else {
            throw MultipartError(.malformed, "A part of the form has no name.")
        }
        return PartHead(name: name, filename: parameters["filename"].map(lastComponent))
    }

    /// `; name=token` or `; name="quoted"`; nil at the end, or where the rest makes no sense.
    private static func nextParameter(_ rest: inout Scalars) -> (String, String)? {
        rest = rest.drop { $0 == ";" || $0 == " " || $0 == "\t" }
        guard let equals = rest.firstIndex(of: "=") else { return nil }
        let name = String(rest[..<equals]).lowercased()
        rest = rest[rest.index(after: equals)...]
        guard rest.first == "\"" else {
            let token = rest.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
            rest = rest[token.endIndex...]
            return (name, String(token))
        }
        rest = rest.dropFirst()
        return (name, quotedText(&rest))
    }

    /// Browsers write `"` as `%22` (https://html.spec.whatwg.org/#multipart-form-data), curl as `\"`.
    private static func quotedText(_ rest: inout Scalars) -> String {
        var text = ""
        while let scalar = rest.popFirst(), scalar != "\"" {
            if scalar == "\\", let next = rest.first, next == "\"" || next == "\\" {
                text.unicodeScalars.append(next)
                rest = rest.dropFirst()
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text.replacing("%22", with: "\"").replacing("%0D%0A", with: " ")
    }

    /// Some clients send a whole path.
    private static func lastComponent(_ name: String) -> String {
        String(name.split { $0 == "/" || $0 == "\\" }.last ?? "")
    }
}
