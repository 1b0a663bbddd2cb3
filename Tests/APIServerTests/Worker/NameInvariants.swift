import VLogCore

@testable import APIServer

/// What must hold for any text that a runner sends where a path, a digest or a range belongs. Fuzzed, and replayed over
/// the corpus by the tests.
enum NameInvariants {
    /// Nil when all holds.
    static func violation(_ input: [UInt8]) -> String? {
        let text = String(decoding: input, as: UTF8.self)
        if let path = OutputPath(rawValue: text) {
            let parts = path.rawValue.split(separator: "/", omittingEmptySubsequences: false)
            let isPlain = parts.count <= 2 && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
            if !isPlain || path.rawValue.utf8.count > 129 { return "a path that leads elsewhere" }
            if OutputPath(rawValue: path.rawValue) != path { return "a path that is not itself" }
        }
        if let digest = DigestHeader.sha256(text), digest.count != 32 { return "a digest of \(digest.count) bytes" }
        for size in [0, 1, 1000, Int64.max] {
            guard case .part(let range) = ByteRange(header: text, size: size) else { continue }
            if range.isEmpty || range.lowerBound < 0 || range.upperBound > size { return "a range out of the file" }
        }
        return nil
    }
}
