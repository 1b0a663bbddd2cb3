/// The records of a pax extended header: `LENGTH KEY=VALUE\n`, where the length is that of the whole record.
struct PaxRecords: Equatable {
    /// The newest name of the next entry.
    private(set) var path: String?
    private(set) var size: Int64?
    private(set) var sha256: String?

    /// Reads them all. Times, owners, and what archivers keep for themselves, are left aside.
    init(_ bytes: [UInt8]) throws(ArchiveError) {
        var rest = bytes[...]
        var known: Set<String> = []
        while !rest.isEmpty {
            let (key, value) = try PaxRecords.next(&rest)
            guard known.insert(key).inserted else {
                throw ArchiveError(
                    .forbidden,
                    "A pax header gives two values for \(ArchiveError.printable(key)); each key may be there once."
                )
            }
            try take(key, value)
        }
    }

    private mutating func take(_ key: String, _ value: ArraySlice<UInt8>) throws(ArchiveError) {
        switch key {
        case "path": path = try PaxRecords.text(value, of: key)
        case "size": size = try PaxRecords.number(value)
        case TarFormat.digestKey: sha256 = try PaxRecords.text(value, of: key)
        case _ where key.hasPrefix("GNU.sparse"):
            throw ArchiveError(.forbidden, "The archive holds a sparse entry; only plain files are taken.")
        default: break
        }
    }

    private static func next(_ rest: inout ArraySlice<UInt8>) throws(ArchiveError) -> (String, ArraySlice<UInt8>) {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...6).contains(digits.count), rest.dropFirst(digits.count).first == 0x20 else { throw malformed }
        let length = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard length <= rest.count, length > digits.count + 1 else { throw malformed }
        let record = rest.prefix(length)
        rest = rest.dropFirst(length)
        let pair = record.dropFirst(digits.count + 1)
        guard pair.last == 0x0A, let equals = pair.firstIndex(of: 0x3D), equals > pair.startIndex else {
            throw malformed
        }
        return (String(decoding: pair[..<equals], as: UTF8.self), pair[(equals + 1)...].dropLast())
    }

    private static func text(_ value: ArraySlice<UInt8>, of key: String) throws(ArchiveError) -> String {
        guard let text = String(validating: value, as: UTF8.self), !text.utf8.contains(0) else {
            throw ArchiveError(.forbidden, "The \(key) of a pax header is not UTF-8 text.")
        }
        return text
    }

    private static func number(_ value: ArraySlice<UInt8>) throws(ArchiveError) -> Int64 {
        guard (1...18).contains(value.count), value.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw ArchiveError(.damaged, "The size of a pax header is not a number.")
        }
        return value.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    private static let malformed = ArchiveError(.damaged, "A pax header of the archive cannot be read.")
}
