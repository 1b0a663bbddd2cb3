/// What a `Range` header asks of a file (RFC 9110 section 14).
enum ByteRange: Equatable {
    /// No range that we serve: the whole file, as if there were no header. Also several ranges at once, which a
    /// server may answer so (section 14.2), and which cost us nothing then however many they are.
    case whole
    case part(Range<Int64>)
    /// Nothing of the file is in the range: 416.
    case unsatisfiable

    init(header: String?, size: Int64) {
        guard let header, let (first, last) = ByteRange.single(header) else {
            self = .whole
            return
        }
        switch (first, last) {
        case (nil, nil): self = .whole
        case (nil, .some(let length)): self = ByteRange.suffix(length, of: size)
        case (.some(let first), let last): self = ByteRange.part(from: first, to: last, of: size)
        }
    }

    private static func suffix(_ length: Int64, of size: Int64) -> ByteRange {
        guard length > 0, size > 0 else { return .unsatisfiable }
        return .part(max(0, size - length)..<size)
    }

    private static func part(from first: Int64, to last: Int64?, of size: Int64) -> ByteRange {
        if let last, last < first { return .whole }  // not a valid range, hence ignored
        guard first < size else { return .unsatisfiable }
        return .part(first..<min(size, (last ?? .max).addingClamped(1)))
    }

    /// The two numbers of `bytes=A-B`; nil for anything else, lists included.
    private static func single(_ header: String) -> (Int64?, Int64?)? {
        guard header.utf8.count <= 64, header.prefix(6).lowercased() == "bytes=" else { return nil }
        let bounds = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy(isDigit) }) else { return nil }
        return (number(bounds[0]), number(bounds[1]))
    }

    /// Of digits; one beyond all files counts as the largest.
    private static func number(_ digits: Substring) -> Int64? { digits.isEmpty ? nil : Int64(digits) ?? .max }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension Int64 {
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
