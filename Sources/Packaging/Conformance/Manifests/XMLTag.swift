/// The inside of a start tag on its way to name and attributes.
struct XMLTag {
    private var rest: ArraySlice<UInt8>
    /// Whether the element ends with its tag.
    let isEmpty: Bool

    /// `tag` is what stands between the angle brackets.
    init(_ tag: ArraySlice<UInt8>) {
        isEmpty = tag.last == UInt8(ascii: "/")
        rest = isEmpty ? tag.dropLast() : tag
    }

    mutating func takeName() -> String? {
        let name = rest.prefix(while: Self.isNameByte)
        rest = rest[name.endIndex...]
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }

    /// The next attribute, its value still escaped; nil at the end.
    mutating func takeAttribute(
        _ failure: (String) -> XMLError
    ) throws(XMLError) -> (name: String, value: ArraySlice<UInt8>)? {
        let spaces = skipSpaces()
        guard !rest.isEmpty else { return nil }
        guard spaces > 0, let name = takeName() else { throw failure("An attribute has no name.") }
        skipSpaces()
        guard rest.popFirst() == UInt8(ascii: "=") else { throw failure("Attribute \(name) has no value.") }
        skipSpaces()
        guard let quote = rest.popFirst(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            let end = rest.firstIndex(of: quote), !rest[rest.startIndex..<end].contains(UInt8(ascii: "<"))
        else { throw failure("Attribute \(name) is not in quotes.") }
        let value = rest[rest.startIndex..<end]
        rest = rest[(end + 1)...]
        return (name, value)
    }

    @discardableResult
    private mutating func skipSpaces() -> Int {
        let spaces = rest.prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        rest = rest[spaces.endIndex...]
        return spaces.count
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x80...0xFF: true
        default: [0x3A, 0x5F, 0x2D, 0x2E].contains(byte)
        }
    }
}
