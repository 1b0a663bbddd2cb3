/// The attribute list of a tag (RFC 8216bis section 4.2), with what is wrong in it.
struct PlaylistAttributes: Sendable {
    struct Value: Sendable, Equatable {
        let text: String
        let isQuoted: Bool
    }

    private var values: [String: Value] = [:]
    private(set) var problems: [String] = []

    private static let mostAttributes = 64

    init(_ text: String) {
        var rest = text.utf8[...]
        while !rest.isEmpty {
            guard values.count < Self.mostAttributes, readAttribute(&rest) else {
                problems.append("The attribute list cannot be read from '\(Substring(rest.prefix(40)))' on.")
                return
            }
        }
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { check(name, value) }
    }

    var names: Set<String> { Set(values.keys) }

    subscript(name: String) -> String? { values[name]?.text }

    /// A decimal-integer below 2^53.
    func integer(_ name: String) -> Int? { self[name].flatMap(Self.integer) }

    static func integer(_ text: some StringProtocol) -> Int? {
        guard (1...16).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int(text), value < 1 << 53
        else { return nil }
        return value
    }

    /// `RESOLUTION` and the like: two sizes.
    func resolution(_ name: String) -> (width: Int, height: Int)? {
        guard let parts = self[name]?.split(separator: "x", omittingEmptySubsequences: false), parts.count == 2,
            let width = Self.integer(parts[0]), let height = Self.integer(parts[1])
        else { return nil }
        return (width, height)
    }

    /// Takes one attribute and the comma after it.
    private mutating func readAttribute(_ rest: inout Substring.UTF8View) -> Bool {
        let name = rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ",") }
        guard !name.isEmpty, name.allSatisfy(Self.isNameByte), name.endIndex < rest.endIndex,
            rest[name.endIndex] == UInt8(ascii: "=")
        else { return false }
        rest = rest[rest.index(after: name.endIndex)...]
        let isQuoted = rest.first == UInt8(ascii: "\"")
        if isQuoted { rest = rest.dropFirst() }
        let end = isQuoted ? UInt8(ascii: "\"") : UInt8(ascii: ",")
        let value = rest.prefix { $0 != end }
        rest = rest[value.endIndex...]
        if isQuoted {
            guard rest.popFirst() == end else { return false }
        }
        add(String(Substring(name)), Value(text: String(Substring(value)), isQuoted: isQuoted))
        guard let comma = rest.popFirst() else { return true }
        return comma == UInt8(ascii: ",") && !rest.isEmpty
    }

    private mutating func add(_ name: String, _ value: Value) {
        if values[name] != nil { problems.append("\(name) stands twice.") }
        if value.text.isEmpty { problems.append("\(name) is empty.") }
        values[name] = value
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }

    private static let quoted: Set = [
        "URI", "GROUP-ID", "NAME", "LANGUAGE", "ASSOC-LANGUAGE", "CODECS", "SUPPLEMENTAL-CODECS", "AUDIO", "VIDEO",
        "SUBTITLES", "CHANNELS", "CHARACTERISTICS", "INSTREAM-ID", "BYTERANGE", "ID", "VALUE",
    ]
    private static let integers: Set = ["BANDWIDTH", "AVERAGE-BANDWIDTH", "PROGRAM-ID", "BIT-DEPTH", "SAMPLE-RATE"]
    private static let words: [String: Set<String>] = [
        "TYPE": ["AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS"],
        "DEFAULT": ["YES", "NO"], "AUTOSELECT": ["YES", "NO"], "FORCED": ["YES", "NO"], "PRECISE": ["YES", "NO"],
        "VIDEO-RANGE": ["SDR", "HLG", "PQ"], "HDCP-LEVEL": ["TYPE-0", "TYPE-1", "NONE"],
        "METHOD": ["NONE", "AES-128", "SAMPLE-AES", "SAMPLE-AES-CTR"],
    ]

    private mutating func check(_ name: String, _ value: Value) {
        let isQuoted = value.isQuoted
        if Self.quoted.contains(name), !isQuoted { problems.append("\(name) belongs in quotes.") }
        if Self.integers.contains(name), isQuoted || Self.integer(value.text) == nil {
            problems.append("\(name) is '\(value.text)' and not a whole number.")
        }
        if let words = Self.words[name], isQuoted || !words.contains(value.text) {
            problems.append(
                "\(name) is '\(value.text)', one of \(words.sorted().joined(separator: ", ")) belongs here."
            )
        }
        if name == "FRAME-RATE", isQuoted || Seconds.parse(value.text) == nil {
            problems.append("FRAME-RATE is '\(value.text)' and not a decimal number.")
        }
        if name == "RESOLUTION", isQuoted || resolution(name) == nil {
            problems.append("RESOLUTION is '\(value.text)' and not width x height.")
        }
    }
}
