/// An element on its way to text; attributes and content are escaped here and nowhere else.
struct XMLElement {
    private let name: StaticString
    private var attributes = ""
    private var content = ""

    init(_ name: StaticString) { self.name = name }

    mutating func set(_ attribute: StaticString, _ value: some CustomStringConvertible) {
        attributes += " \(attribute)=\"\(Self.escaped(value.description))\""
    }

    mutating func add(_ child: XMLElement) {
        for line in child.text.split(separator: "\n") { content += "  \(line)\n" }
    }

    mutating func add(text: String) { content += Self.escaped(text) }

    var text: String {
        if content.isEmpty { return "<\(name)\(attributes)/>\n" }
        return content.hasSuffix("\n")
            ? "<\(name)\(attributes)>\n\(content)</\(name)>\n" : "<\(name)\(attributes)>\(content)</\(name)>\n"
    }

    /// XML 1.0 section 2.4; characters that XML cannot carry at all become spaces.
    static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": text += " "
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
