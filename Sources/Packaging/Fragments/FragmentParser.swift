/// What came out of a stream of fragmented MP4.
enum FragmentEvent: Sendable, Equatable {
    /// Once, before the first fragment.
    case initialization(InitializationSegment)
    case fragment(Fragment)
}

/// Walks the boxes of one track as they come through a pipe, in pieces of any size.
///
/// A state machine: a box header, then a box to be understood or passed over, or the bytes of an mdat. After an error it
/// answers every further call with the same one.
struct FragmentParser: Sendable {
    private enum State {
        case header(BoxHeaderReader)
        case box(BoxHeader)
        case passedOver(remaining: Int)
        case media(MovieFragment, remaining: Int)
        case failed(PackagingError)
    }

    private var state = State.header(BoxHeaderReader())
    private var content: [UInt8] = []
    private var fileType: [UInt8]?
    private var initialization: InitializationSegment?
    private var movieFragment: (fragment: MovieFragment, size: Int)?

    /// A moof of the largest allowed number of samples is below this.
    private static let largestBox = 4 << 20

    /// Whether the stream may end here: between two boxes, and not between a moof and its mdat.
    private var isBetweenBoxes: Bool {
        guard case .header(let reader) = state else { return false }
        return reader.isEmpty && movieFragment == nil
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) throws(PackagingError) -> [FragmentEvent] {
        if case .failed(let error) = state { throw error }
        do {
            var events: [FragmentEvent] = []
            var rest = bytes
            while !rest.isEmpty {
                if let event = try step(&rest) { events.append(event) }
            }
            return events
        } catch {
            state = .failed(error)
            throw error
        }
    }

    /// The stream ended.
    mutating func finish() throws(PackagingError) {
        if case .failed(let error) = state { throw error }
        guard isBetweenBoxes else { throw PackagingError(.truncated, "the stream ended in the middle of a box") }
    }

    private mutating func step(_ rest: inout ArraySlice<UInt8>) throws(PackagingError) -> FragmentEvent? {
        switch state {
        case .header(var reader):
            guard let byte = rest.popFirst() else { return nil }
            guard let header = try reader.append(byte) else {
                state = .header(reader)
                return nil
            }
            return try begin(header)
        case .box(let header):
            content += taken(from: &rest, atMost: header.contentSize - content.count)
            return content.count == header.contentSize ? try end(header) : nil
        case .passedOver(let remaining):
            let left = remaining - taken(from: &rest, atMost: remaining).count
            state = left == 0 ? .header(BoxHeaderReader()) : .passedOver(remaining: left)
            return nil
        case .media(let fragment, let remaining):
            let piece = taken(from: &rest, atMost: remaining)
            content += piece
            state = .media(fragment, remaining: remaining - piece.count)
            return remaining == piece.count ? endMedia(fragment) : nil
        case .failed(let error): throw error
        }
    }

    private func taken(from rest: inout ArraySlice<UInt8>, atMost count: Int) -> ArraySlice<UInt8> {
        let piece = rest.prefix(count)
        rest = rest.dropFirst(count)
        return piece
    }

    private mutating func begin(_ header: BoxHeader) throws(PackagingError) -> FragmentEvent? {
        if header.type == "mdat" {
            try beginMedia(header)
            return nil
        }
        guard header.contentSize <= Self.largestBox else {
            throw PackagingError(.tooLarge, "box \(header.type) of \(header.contentSize) bytes")
        }
        switch header.type {
        case "ftyp", "moov", "moof":
            state = .box(header)
            return header.contentSize == 0 ? try end(header) : nil
        default:
            state = header.contentSize == 0 ? .header(BoxHeaderReader()) : .passedOver(remaining: header.contentSize)
            return nil
        }
    }

    private mutating func end(_ header: BoxHeader) throws(PackagingError) -> FragmentEvent? {
        let box = BoxReader(header.type, content[...])
        let bytes = content
        content = []
        state = .header(BoxHeaderReader())
        switch header.type {
        case "ftyp":
            guard fileType == nil else { throw PackagingError(.malformed, "a second box ftyp") }
            fileType = bytes
        case "moov": return .initialization(try endInitialization(box, bytes))
        default: try endMovieFragment(box, header)
        }
        return nil
    }

    private mutating func endInitialization(
        _ moov: BoxReader,
        _ content: [UInt8]
    ) throws(PackagingError) -> InitializationSegment {
        guard let fileType, initialization == nil else {
            throw PackagingError(.malformed, "a box moov out of its place")
        }
        var writer = BoxWriter()
        writer.box("ftyp") { $0.append(fileType[...]) }
        writer.box("moov") { $0.append(content[...]) }
        let parsed = try InitializationParser.parse(
            ftyp: BoxReader("ftyp", fileType[...]),
            moov: moov,
            bytes: writer.bytes
        )
        initialization = parsed
        return parsed
    }

    private mutating func endMovieFragment(_ moof: BoxReader, _ header: BoxHeader) throws(PackagingError) {
        guard let initialization, movieFragment == nil else {
            throw PackagingError(.malformed, "a box moof out of its place")
        }
        movieFragment = (try MovieFragmentParser.parse(moof, of: initialization), header.totalSize)
    }

    private mutating func beginMedia(_ header: BoxHeader) throws(PackagingError) {
        guard let (fragment, moofSize) = movieFragment else {
            throw PackagingError(.malformed, "a box mdat without a moof before it")
        }
        guard fragment.dataOffset == moofSize + header.headerSize, fragment.dataSize == header.contentSize else {
            throw PackagingError(.malformed, "a box mdat that is not what its moof describes")
        }
        movieFragment = nil
        content.reserveCapacity(fragment.dataSize)
        state = .media(fragment, remaining: fragment.dataSize)
    }

    private mutating func endMedia(_ fragment: MovieFragment) -> FragmentEvent {
        let payload = content
        content = []
        state = .header(BoxHeaderReader())
        return .fragment(Fragment(start: fragment.start, samples: fragment.samples, payload: payload))
    }
}
