import Glibc
import NIOCore

/// Takes a `multipart/form-data` body (RFC 7578, RFC 2046 section 5.1) apart while it arrives, in whatever pieces.
/// Pure: buffers in, events out. Content is passed on without being copied but for pieces that may be the beginning of
/// a boundary, and memory is bounded whatever arrives.
struct MultipartParser {
    /// Bytes of a part's head.
    private static let longestHead = 8 << 10
    private static let mostParts = 32

    private enum State {
        /// Before the first boundary.
        case preamble
        /// Right behind a boundary: `--` ends the body, a line break begins a part.
        case afterBoundary
        case head
        case content
        case done
    }

    /// `CRLF -- boundary`; the line break belongs to the boundary, not to the content before it.
    private let delimiter: [UInt8]
    private var state = State.preamble
    /// Bytes that cannot be judged without those that follow.
    private var pending: ByteBuffer
    private var parts = 0

    /// `boundary` is the parameter of the request's `Content-Type`.
    init(boundary: String) {
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first boundary may stand at the very start, without a line break before it.
        pending = ByteBuffer(string: "\r\n")
    }

    /// Whether the closing boundary has been seen; what follows it is ignored.
    var isComplete: Bool { state == .done }

    /// Feeds the next piece of the body.
    mutating func append(_ piece: ByteBuffer) throws(MultipartError) -> [MultipartEvent] {
        if pending.readableBytes == 0 {
            pending = piece
        } else {
            pending.writeImmutableBuffer(piece)
        }
        var events: [MultipartEvent] = []
        while try step(&events) {}
        return events
    }

    /// Says that the body is over; throws when it was not whole.
    func finish() throws(MultipartError) {
        guard state == .done else {
            throw MultipartError(.incomplete, "The upload ended before its last boundary; send it again.")
        }
    }

    /// One step of the machine; false when it needs more bytes.
    private mutating func step(_ events: inout [MultipartEvent]) throws(MultipartError) -> Bool {
        switch state {
        case .preamble: try skipPreamble()
        case .afterBoundary: try readLineAfterBoundary()
        case .head: try readHead(&events)
        case .content: readContent(&events)
        case .done: ignoreRest()
        }
    }

    private mutating func skipPreamble() throws(MultipartError) -> Bool {
        if let offset = pending.offset(of: delimiter) {
            pending.moveReaderIndex(forwardBy: offset + delimiter.count)
            state = .afterBoundary
            return true
        }
        guard pending.readableBytes <= Self.longestHead else {
            throw MultipartError(.malformed, "The body does not begin with the boundary that its Content-Type names.")
        }
        return false
    }

    private mutating func readLineAfterBoundary() throws(MultipartError) -> Bool {
        guard let line = pending.getString(at: pending.readerIndex, length: min(pending.readableBytes, 2)) else {
            return false
        }
        switch line {
        case "--":
            state = .done
            return true
        case "\r\n":
            parts += 1
            guard parts <= Self.mostParts else {
                throw MultipartError(.tooLarge, "The form has more than \(Self.mostParts) parts.")
            }
            // The line break stays: a head without a single line ends with it.
            state = .head
            return true
        case "", "-", "\r": return false
        default:
            throw MultipartError(.malformed, "A boundary of the form is followed by something else than a line break.")
        }
    }

    private mutating func readHead(_ events: inout [MultipartEvent]) throws(MultipartError) -> Bool {
        let end = Array("\r\n\r\n".utf8)
        guard let offset = pending.offset(of: end), offset <= Self.longestHead else {
            guard pending.readableBytes <= Self.longestHead + end.count else {
                throw MultipartError(.tooLarge, "The head of a part is longer than \(Self.longestHead) bytes.")
            }
            return false
        }
        let text = pending.readString(length: offset) ?? ""
        pending.moveReaderIndex(forwardBy: end.count)
        events.append(.partBegins(try PartHeadParser.parse(text)))
        state = .content
        return true
    }

    private mutating func readContent(_ events: inout [MultipartEvent]) -> Bool {
        if let offset = pending.offset(of: delimiter) {
            emit(offset, &events)
            pending.moveReaderIndex(forwardBy: delimiter.count)
            events.append(.partEnds)
            state = .afterBoundary
            return true
        }
        emit(pending.readableBytes - pending.lengthOfSuffix(beginning: delimiter), &events)
        // What stays is shorter than a boundary; as a slice it would keep the whole piece alive.
        pending = ByteBuffer(bytes: pending.readableBytesView)
        return false
    }

    private mutating func emit(_ count: Int, _ events: inout [MultipartEvent]) {
        guard count > 0, let content = pending.readSlice(length: count) else { return }
        events.append(.content(content))
    }

    private mutating func ignoreRest() -> Bool {
        pending.clear()
        return false
    }
}

extension ByteBuffer {
    /// Where the pattern begins, counted from the reader index. All patterns begin with a carriage return, which
    /// `memchr` finds at the speed of memory; video has one in 256 bytes.
    fileprivate func offset(of pattern: [UInt8]) -> Int? {
        withUnsafeReadableBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            var offset = 0
            while offset + pattern.count <= bytes.count {
                let candidates = bytes.count - pattern.count + 1 - offset
                guard let found = memchr(start + offset, Int32(pattern[0]), candidates) else { return nil }
                offset = UnsafeRawPointer(found) - start
                if memcmp(found, pattern, pattern.count) == 0 { return offset }
                offset += 1
            }
            return nil
        }
    }

    /// How many of the last bytes may be the beginning of the pattern.
    fileprivate func lengthOfSuffix(beginning pattern: [UInt8]) -> Int {
        withUnsafeReadableBytes { bytes in
            for length in stride(from: Swift.min(bytes.count, pattern.count - 1), to: 0, by: -1)
            where bytes.suffix(length).elementsEqual(pattern.prefix(length)) {
                return length
            }
            return 0
        }
    }
}
