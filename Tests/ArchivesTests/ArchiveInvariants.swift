import Archives

/// What must hold for any bytes at all. Fuzzed, and replayed over the corpus by the tests.
enum ArchiveInvariants {
    /// Nil when all holds. A plain archive gives the same in any pieces, and the same again when it comes compressed. The last
    /// byte of the input says whether checksums are to be made right first, without which hardly an input gets beyond them.
    static func violation(tar input: [UInt8]) -> String? {
        guard let choice = input.last else { return nil }
        let bytes = choice & 1 == 0 ? repaired(input) : input
        let whole = ArchiveTrace(tar: bytes) { max(1, bytes.count) }
        if let violation = whole.violation { return violation }
        if whole != pieces(of: bytes, { ArchiveTrace(tar: bytes, size: $0) }) { return "other events in other pieces" }
        let zipped = gzipped(bytes)
        let unzipped = pieces(of: zipped) { ArchiveTrace(archive: zipped, size: $0) }
        if let violation = unzipped.violation { return "compressed: \(violation)" }
        return unzipped == whole ? nil : "other events from \(unzipped) than from \(whole)"
    }

    /// The same for bytes that claim to be a compressed archive.
    static func violation(archive bytes: [UInt8]) -> String? {
        var limits = ArchiveLimits()
        limits.slack = 64 << 10
        let whole = ArchiveTrace(archive: bytes, limits: limits) { max(1, bytes.count) }
        let other = pieces(of: bytes) { ArchiveTrace(archive: bytes, limits: limits, size: $0) }
        if let violation = whole.violation ?? other.violation { return violation }
        // Where an error shows depends on how much was decompressed before it; that there is one does not.
        return (whole.error == nil) == (other.error == nil) ? nil : "an error in some pieces only"
    }

    /// Pieces of sizes that depend on the bytes alone, so that a failure can be had again.
    private static func pieces(of bytes: [UInt8], _ trace: (() -> Int) -> ArchiveTrace) -> ArchiveTrace {
        var state = bytes.reduce(UInt64(bytes.count)) { $0 &* 31 &+ UInt64($1) } | 1
        return trace {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % 700 + 1
        }
    }

    /// With the right sum in each block that has the magic of a header.
    private static func repaired(_ input: [UInt8]) -> [UInt8] {
        var bytes = input
        for start in stride(from: 0, through: bytes.count - 512, by: 512)
        where bytes[(start + 257)..<(start + 262)].elementsEqual("ustar".utf8) {
            bytes.replaceSubrange((start + 148)..<(start + 156), with: repeatElement(0x20, count: 8))
            let sum = String(bytes[start..<(start + 512)].reduce(0) { $0 + Int($1) }, radix: 8)
            let field = String(repeating: "0", count: 6 - sum.count) + sum + "\u{0} "
            bytes.replaceSubrange((start + 148)..<(start + 156), with: field.utf8)
        }
        return bytes
    }

    /// Stored in one gzip member.
    private static func gzipped(_ bytes: [UInt8]) -> [UInt8] {
        var writer = ArchiveWriter()
        let content = writer.content(bytes)
        return writer.begin() + content + writer.gzipEnd()
    }
}
