/// The attributes of a tag (RFC 8216bis section 4.2), in the order in which they were added.
struct HLSAttributeList {
    private(set) var text = ""

    /// A number, an enumerated string or a resolution.
    mutating func add(_ name: StaticString, _ value: some CustomStringConvertible) {
        text += "\(text.isEmpty ? "" : ",")\(name)=\(value)"
    }

    /// A quoted string, which cannot hold quotes or control characters: they are replaced.
    mutating func add(_ name: StaticString, quoted value: String) { add(name, "\"\(Self.cleaned(value))\"") }

    /// At most 100 characters.
    static func cleaned(_ value: String) -> String {
        let scalars = value.unicodeScalars.prefix(100).map { scalar -> Unicode.Scalar in
            switch scalar {
            case "\"": "'"
            case _ where scalar.properties.generalCategory == .control: " "
            case "\u{2028}", "\u{2029}": " "
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
