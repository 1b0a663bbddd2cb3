/// A small, strict reader of XML 1.0 in UTF-8.
///
/// Without recursion, with bounds on everything, and without document types: what manifests never need is what attacks
/// are made of (entities that grow, files and addresses that are fetched).
struct XMLReader {
    private var rest: ArraySlice<UInt8>
    private var line = 1
    private var open: [XMLNode] = []
    private var root: XMLNode?
    private var count = 0

    private static let deepest = 64
    private static let mostElements = 400_000
    private static let mostAttributes = 64

    static func read(_ bytes: [UInt8]) throws(XMLError) -> XMLNode {
        var reader = XMLReader(rest: bytes[...])
        return try reader.document()
    }

    private init(rest: ArraySlice<UInt8>) { self.rest = rest }

    private func failure(_ message: String) -> XMLError { XMLError(line: line, message: message) }

    private mutating func document() throws(XMLError) -> XMLNode {
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        guard String(validating: rest, as: UTF8.self) != nil else { throw failure("The document is not UTF-8.") }
        if rest.starts(with: "<?xml".utf8) { try skip(past: "?>") }
        while !rest.isEmpty { try step() }
        guard open.isEmpty, let root else { throw failure("The document ends before its elements do.") }
        return root
    }

    private mutating func step() throws(XMLError) {
        guard rest.first == UInt8(ascii: "<") else { return try takeText() }
        if rest.starts(with: "<!--".utf8) {
            try skip(past: "-->")
        } else if rest.starts(with: "<![CDATA[".utf8) {
            let content = try skip(past: "]]>").dropFirst(9).dropLast(3)
            try append(String(decoding: content, as: UTF8.self))
        } else if rest.starts(with: "<!".utf8) {
            throw failure("Document types and entities are not allowed.")
        } else if rest.starts(with: "<?".utf8) {
            try skip(past: "?>")
        } else if rest.starts(with: "</".utf8) {
            try takeEnd()
        } else {
            try takeStart()
        }
    }

    /// Takes everything up to and with the mark.
    @discardableResult
    private mutating func skip(past mark: StaticString) throws(XMLError) -> ArraySlice<UInt8> {
        let mark = mark.withUTF8Buffer { Array($0) }
        var index = rest.startIndex
        while index < rest.endIndex {
            if rest[index] == mark[0], rest[index...].starts(with: mark) {
                return take(to: index + mark.count)
            }
            index += 1
        }
        throw failure("Something begins here that has no end.")
    }

    private mutating func take(to end: Int) -> ArraySlice<UInt8> {
        let taken = rest[rest.startIndex..<end]
        line += taken.count { $0 == UInt8(ascii: "\n") }
        rest = rest[end...]
        return taken
    }

    private mutating func takeText() throws(XMLError) {
        let end = rest.firstIndex(of: UInt8(ascii: "<")) ?? rest.endIndex
        let bytes = rest[rest.startIndex..<end]
        if !bytes.allSatisfy(Self.isSpace) { try append(Self.unescaped(bytes, failure)) }
        _ = take(to: end)
    }

    private mutating func append(_ text: String) throws(XMLError) {
        guard !open.isEmpty else { throw failure("There is text outside of the elements.") }
        open[open.count - 1].text += text
    }

    private mutating func takeEnd() throws(XMLError) {
        let tag = try skip(past: ">").dropFirst(2).dropLast()
        let name = String(decoding: tag, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard let node = open.popLast(), name.count == 1, Self.localName(name[0]) == node.name else {
            throw failure("An element is closed that was not the last one opened.")
        }
        try close(node)
    }

    private mutating func close(_ node: XMLNode) throws(XMLError) {
        if open.isEmpty {
            guard root == nil else { throw failure("There are two elements at the top.") }
            root = node
        } else {
            open[open.count - 1].children.append(node)
        }
    }

    private mutating func takeStart() throws(XMLError) {
        let startLine = line
        var tag = XMLTag(try takeTag())
        count += 1
        guard count <= Self.mostElements, open.count < Self.deepest else {
            throw failure("There are over \(Self.mostElements) elements, or over \(Self.deepest) inside each other.")
        }
        guard let name = tag.takeName() else { throw failure("An element has no name.") }
        var attributes: [String: String] = [:]
        while let (key, value) = try tag.takeAttribute(failure) {
            guard attributes.count < Self.mostAttributes, attributes[key] == nil else {
                throw failure("Attribute \(key) stands twice, or there are over \(Self.mostAttributes).")
            }
            attributes[key] = try Self.unescaped(value, failure)
        }
        let node = XMLNode(name: Self.localName(name[...]), attributes: attributes, line: startLine)
        if tag.isEmpty { try close(node) } else { open.append(node) }
    }

    /// From `<` to the `>` that is in no quotes, without both.
    private mutating func takeTag() throws(XMLError) -> ArraySlice<UInt8> {
        var quote: UInt8?
        for index in rest.indices.dropFirst() {
            let byte = rest[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return take(to: index + 1).dropFirst().dropLast()
            }
        }
        throw failure("A tag has no end.")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

    private static func localName(_ name: Substring) -> String {
        name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? String(name)
    }

    /// The five entities of XML itself, and numbers.
    private static func unescaped(
        _ bytes: ArraySlice<UInt8>,
        _ failure: (String) -> XMLError
    ) throws(XMLError) -> String {
        guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
        var text = ""
        var rest = bytes
        while let mark = rest.firstIndex(of: UInt8(ascii: "&")) {
            text += String(decoding: rest[rest.startIndex..<mark], as: UTF8.self)
            guard let end = rest[mark...].prefix(12).firstIndex(of: UInt8(ascii: ";")),
                let scalar = scalar(String(decoding: rest[(mark + 1)..<end], as: UTF8.self))
            else { throw failure("An entity is not one of XML's own.") }
            text.unicodeScalars.append(scalar)
            rest = rest[(end + 1)...]
        }
        return text + String(decoding: rest, as: UTF8.self)
    }

    private static func scalar(_ entity: String) -> Unicode.Scalar? {
        let named: [String: Unicode.Scalar] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        if let scalar = named[entity] { return scalar }
        if entity.hasPrefix("#x") { return UInt32(entity.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init) }
        return entity.hasPrefix("#") ? UInt32(entity.dropFirst()).flatMap(Unicode.Scalar.init) : nil
    }
}
