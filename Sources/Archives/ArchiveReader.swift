/// Takes a gzip-compressed tar archive apart while it arrives, within limits. Pure, as `TarReader` is.
package struct ArchiveReader: ~Copyable {
    /// Bytes that are decompressed at once.
    private static let piece = 64 << 10

    private let limits: ArchiveLimits
    private var gzip = GzipInflater()
    private var tar = TarReader()
    /// What has arrived and is not decompressed yet, and what is decompressed and not read yet.
    private var compressed: ArraySlice<UInt8> = []
    private var plain: ArraySlice<UInt8> = []
    private var entries = 0
    private var produced: Int64 = 0

    package init(limits: ArchiveLimits) { self.limits = limits }

    /// Hands the next bytes over. What was handed over before must have been used up: `next` has given nil.
    package mutating func feed(_ bytes: [UInt8]) { compressed = bytes[...] }

    /// The next event; nil when there are no more without more bytes. After an error there are none at all.
    package mutating func next() throws(ArchiveError) -> TarEvent? {
        while true {
            if let event = try tar.next(&plain) {
                if case .entryBegins(let entry) = event { try check(entry) }
                return event
            }
            plain = try gzip.inflate(&compressed, limit: ArchiveReader.piece)[...]
            guard !plain.isEmpty else {
                if compressed.isEmpty { return nil }
                continue
            }
            try checkSize()
        }
    }

    /// Says that there are no more bytes; throws when the archive was not whole.
    package func finish() throws(ArchiveError) {
        try gzip.finish()
        try tar.finish()
    }

    private mutating func check(_ entry: TarEntry) throws(ArchiveError) {
        entries += 1
        guard entries <= limits.entries else {
            throw ArchiveError(
                .tooLarge,
                entry: entry.name,
                "is one too many: an archive has at most \(limits.entries)."
            )
        }
    }

    private mutating func checkSize() throws(ArchiveError) {
        produced += Int64(plain.count)
        guard produced <= limits.bytes else {
            throw ArchiveError(.tooLarge, "The archive holds more than \(limits.bytes) bytes, which is the most.")
        }
        guard produced <= limits.slack + limits.ratio * gzip.consumed else {
            throw ArchiveError(
                .tooLarge,
                "The archive becomes more than \(limits.ratio) times as long when it is decompressed."
            )
        }
    }
}
