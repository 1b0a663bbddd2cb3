import Archives

/// What a reader makes of bytes that come in pieces: the entries with their contents, or where it gave up and why.
struct ArchiveTrace: Equatable, CustomStringConvertible {
    struct Entry: Equatable {
        let head: TarEntry
        var content: [UInt8] = []
        var isWhole = false
    }

    var entries: [Entry] = []
    var error: ArchiveError?
    /// What no input may bring about: events out of their order, too much content or too little.
    var violation: String?

    var description: String { "\(entries.map(\.head.name)) \(error.map { "\($0)" } ?? "whole")" }

    /// Reads a tar archive in pieces of the sizes that `size` gives.
    init(tar bytes: [UInt8], size: () -> Int) {
        var reader = TarReader()
        do {
            var rest = bytes[...]
            while !rest.isEmpty {
                var piece = rest.prefix(size())
                rest = rest[piece.endIndex...]
                while let event = try reader.next(&piece) { take(event) }
                if !piece.isEmpty { violation = "it wants more and has not read what it had" }
            }
            try reader.finish()
        } catch {
            self.error = error
        }
        checkEnd(inputBytes: bytes.count)
    }

    /// Reads a compressed one.
    init(archive bytes: [UInt8], limits: ArchiveLimits = ArchiveLimits(), size: () -> Int) {
        var reader = ArchiveReader(limits: limits)
        do {
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(size())
                rest = rest[piece.endIndex...]
                reader.feed(Array(piece))
                while let event = try reader.next() { take(event) }
            }
            try reader.finish()
        } catch {
            self.error = error
        }
        checkEnd(inputBytes: Int(limits.slack) + Int(limits.ratio) * bytes.count)
    }

    private mutating func take(_ event: TarEvent) {
        switch event {
        case .entryBegins(let head):
            if entries.last?.isWhole == false { violation = "an entry begins in another" }
            entries.append(Entry(head: head))
        case .content(let bytes):
            if bytes.isEmpty || entries.last?.isWhole != false {
                violation = "content out of order"
                return
            }
            entries[entries.count - 1].content += bytes
        case .entryEnds:
            if entries.last?.isWhole != false {
                violation = "an entry ends that has not begun"
                return
            }
            entries[entries.count - 1].isWhole = true
        }
    }

    private mutating func checkEnd(inputBytes: Int) {
        for entry in entries {
            if entry.content.count > entry.head.size { violation = "more content than the head says" }
            if entry.isWhole && entry.content.count != entry.head.size { violation = "less content than the head says" }
            if entry.head.kind == .folder && entry.head.size > 0 { violation = "a folder with content" }
            if entry.head.name.isEmpty || entry.head.name.utf8.contains(0) { violation = "a name that is none" }
        }
        if error == nil && entries.contains(where: { !$0.isWhole }) { violation = "a whole archive with half an entry" }
        if entries.map(\.content.count).reduce(0, +) > inputBytes { violation = "more content than there was" }
    }
}
