/// Takes a tar archive apart while it arrives, in whatever pieces. Pure: bytes in, events out; the same events however
/// the bytes were cut, and memory for no more than a header and a pax header.
///
/// Takes ustar and pax archives (`TarFormat`) that hold plain files and folders. Links, devices, pipes, sparse files,
/// GNU's long names and global pax headers are refused. Names are passed on as they are.
package struct TarReader {
    /// Bytes of a pax header: two names of the longest kind and what archivers add of their own.
    package static let longestPaxHeader = 16 << 10
    /// Bytes of zeros that may follow the end; archivers fill up to a record, of 10 KiB as a rule.
    package static let longestEnd = 1 << 20

    private enum State {
        case header
        case paxHeader(left: Int)
        case content(left: Int64)
        /// Nothing is left of the entry but what fills its last block.
        case padding(left: Int)
        /// After one block of zeros; the end is made of two.
        case secondEndBlock
        case end(zeros: Int)
    }

    private var state = State.header
    /// A block, or a pax header, that has not arrived whole.
    private var gathered: [UInt8] = []
    private var paxRecords: PaxRecords?

    package init() {}

    /// The next event; nil when all of `input` has been used and more is needed for one. Takes what it reads off `input`.
    package mutating func next(_ input: inout ArraySlice<UInt8>) throws(ArchiveError) -> TarEvent? {
        while true {
            switch state {
            case .header:
                guard gather(TarFormat.block, from: &input) else { return nil }
                if let event = try takeHeader() { return event }
            case .paxHeader(let left):
                guard gather(left + TarFormat.padding(after: Int64(left)), from: &input) else { return nil }
                paxRecords = try PaxRecords(Array(gathered.prefix(left)))
                gathered.removeAll(keepingCapacity: true)
                state = .header
            case .content(let left):
                guard left > 0 else {
                    state = .header
                    return .entryEnds
                }
                guard let piece = takeContent(left, from: &input) else { return nil }
                return .content(piece)
            case .padding(let left):
                let count = min(left, input.count)
                input = input.dropFirst(count)
                state = count == left ? .content(left: 0) : .padding(left: left - count)
                if count < left { return nil }
            case .secondEndBlock:
                guard gather(TarFormat.block, from: &input) else { return nil }
                guard isZero(gathered) else {
                    throw ArchiveError(.damaged, "The archive goes on behind a block of zeros.")
                }
                gathered.removeAll()
                state = .end(zeros: 0)
            case .end(let zeros):
                guard isZero(input), zeros + input.count <= TarReader.longestEnd else {
                    throw ArchiveError(.damaged, "There is something behind the end of the archive.")
                }
                state = .end(zeros: zeros + input.count)
                input = input[input.endIndex...]
                return nil
            }
        }
    }

    /// Says that there are no more bytes; throws when the archive was not whole.
    package func finish() throws(ArchiveError) {
        guard case .end = state else {
            throw ArchiveError(.damaged, "The archive ends in the middle; send it again.")
        }
    }

    /// Gathers so many bytes; false when there are not enough yet.
    private mutating func gather(_ count: Int, from input: inout ArraySlice<UInt8>) -> Bool {
        let piece = input.prefix(count - gathered.count)
        gathered += piece
        input = input.dropFirst(piece.count)
        return gathered.count == count
    }

    private mutating func takeContent(_ left: Int64, from input: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let piece = input.prefix(Int(min(left, Int64(input.count))))
        guard !piece.isEmpty else { return nil }
        input = input.dropFirst(piece.count)
        state = left > Int64(piece.count) ? .content(left: left - Int64(piece.count)) : .padding(left: fill)
        return piece
    }

    /// Bytes that fill the last block of the entry under way.
    private var fill = 0

    /// Reads the header that has been gathered; nil when it only says something about the next one, or is the end.
    private mutating func takeHeader() throws(ArchiveError) -> TarEvent? {
        defer { gathered.removeAll(keepingCapacity: true) }
        if isZero(gathered) {
            guard paxRecords == nil else { throw ArchiveError(.damaged, "A pax header has no entry behind it.") }
            state = .secondEndBlock
            return nil
        }
        let header = try TarHeader(gathered)
        if header.type == UInt8(ascii: "x") {
            try expectPaxHeader(header)
            return nil
        }
        let entry = try entry(header, paxRecords)
        paxRecords = nil
        fill = TarFormat.padding(after: entry.size)
        state = .content(left: entry.size)
        return .entryBegins(entry)
    }

    private mutating func expectPaxHeader(_ header: TarHeader) throws(ArchiveError) {
        guard paxRecords == nil else {
            throw ArchiveError(.damaged, "A pax header is followed by another one instead of its entry.")
        }
        guard (1...Int64(TarReader.longestPaxHeader)).contains(header.size) else {
            throw ArchiveError(.tooLarge, "A pax header has at most \(TarReader.longestPaxHeader) bytes, and some.")
        }
        state = .paxHeader(left: Int(header.size))
    }

    private func entry(_ header: TarHeader, _ pax: PaxRecords?) throws(ArchiveError) -> TarEntry {
        let name = pax?.path ?? header.name
        let kind = try kind(header.type, name)
        let size = pax?.size ?? header.size
        guard !name.isEmpty else { throw ArchiveError(.forbidden, "The archive has an entry without a name.") }
        guard kind == .file || size == 0 else {
            throw ArchiveError(.forbidden, entry: name, "is a folder and has content.")
        }
        return TarEntry(name: name, kind: kind, size: size, sha256: pax?.sha256)
    }

    private func kind(_ type: UInt8, _ name: String) throws(ArchiveError) -> TarEntry.Kind {
        switch type {
        case UInt8(ascii: "0"), 0: return .file
        case UInt8(ascii: "5"): return .folder
        default:
            let what = TarReader.refused[type] ?? "of a kind that is not known"
            throw ArchiveError(.forbidden, entry: name, "is \(what); only plain files are taken.")
        }
    }

    private static let refused: [UInt8: String] = [
        UInt8(ascii: "1"): "a hard link", UInt8(ascii: "2"): "a symbolic link", UInt8(ascii: "3"): "a device",
        UInt8(ascii: "4"): "a device", UInt8(ascii: "6"): "a pipe", UInt8(ascii: "7"): "a contiguous file",
        UInt8(ascii: "S"): "a sparse file", UInt8(ascii: "L"): "a long name as GNU tar writes it",
        UInt8(ascii: "K"): "a long link name as GNU tar writes it", UInt8(ascii: "g"): "a global pax header",
    ]
}

private func isZero(_ bytes: some Sequence<UInt8>) -> Bool { bytes.allSatisfy { $0 == 0 } }
