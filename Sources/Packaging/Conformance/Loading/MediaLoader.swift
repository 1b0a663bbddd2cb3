/// A file that was wanted and did not come. Not within the generic type that throws it: Swift 6.3 crashes then when it
/// optimises.
struct MediaLoadFailure: Error {
    let message: String
}

/// Reads files once each, under bounds, and remembers what they are.
struct MediaLoader<Files: MediaFiles>: Sendable {
    let files: Files
    private(set) var fileCount = 0
    /// Everything that something referred to, whether it exists or not.
    private(set) var named: Set<MediaPath> = []
    private var initializations: [Key: InitializationFacts] = [:]
    private var segments: [SegmentKey: SegmentContent] = [:]

    private struct Key: Hashable {
        let path: MediaPath
        let range: Range<Int>?
    }

    private struct SegmentKey: Hashable {
        let key: Key
        let initialization: MediaPath?
    }

    private let largestText = 32 << 20
    private let largestInitialization = 4 << 20
    private let largestSegment = 256 << 20
    private let mostFiles = 400_000

    init(files: Files) { self.files = files }

    /// Where a URI leads from a file.
    mutating func resolve(_ uri: String, from base: MediaPath) throws(MediaLoadFailure) -> MediaPath {
        guard let path = base.resolving(uri, origin: files.origin) else {
            throw MediaLoadFailure(message: "'\(uri)' leads out of what is checked.")
        }
        named.insert(path)
        return path
    }

    /// A playlist, manifest or text.
    mutating func text(_ path: MediaPath) async throws(MediaLoadFailure) -> [UInt8] {
        named.insert(path)
        return try await read(path, nil, largestText)
    }

    /// Some bytes of a file.
    mutating func part(_ path: MediaPath, _ range: Range<Int>) async throws(MediaLoadFailure) -> [UInt8] {
        try await read(path, range, min(range.count, largestSegment))
    }

    /// The beginning of a file, which may be shorter than that.
    mutating func head(_ path: MediaPath, _ count: Int) async throws(MediaLoadFailure) -> [UInt8] {
        try await read(path, 0..<count, count, mayBeShorter: true)
    }

    mutating func initialization(
        _ path: MediaPath,
        _ range: Range<Int>?
    ) async throws(MediaLoadFailure) -> LoadedInitialization {
        let key = Key(path: path, range: range)
        if let facts = initializations[key] { return LoadedInitialization(path: path, facts: facts) }
        let bytes = try await read(path, range, largestInitialization)
        let facts = InitializationReader.read(bytes)
        guard facts.boxes.contains(where: { $0.type == "moov" }) else {
            throw MediaLoadFailure(message: "'\(path)' is no init segment: it has no moov.")
        }
        initializations[key] = facts
        return LoadedInitialization(path: path, facts: facts)
    }

    mutating func segment(
        _ path: MediaPath,
        _ range: Range<Int>?,
        _ initialization: LoadedInitialization?
    ) async throws(MediaLoadFailure) -> SegmentContent {
        let key = SegmentKey(key: Key(path: path, range: range), initialization: initialization?.path)
        if let content = segments[key] { return content }
        let content = Self.content(of: try await read(path, range, largestSegment), initialization?.facts)
        segments[key] = content
        return content
    }

    private static func content(of bytes: [UInt8], _ initialization: InitializationFacts?) -> SegmentContent {
        let types: Set<FourCC> = ["styp", "ftyp", "moof", "sidx", "emsg", "prft", "free", "moov", "mdat"]
        if bytes.first == 0x47, bytes.count < 189 || bytes[188] == 0x47 {
            return .transport(TransportReader.read(bytes))
        }
        if WebVTTFacts.isWebVTT(bytes) { return .text(WebVTTFacts(bytes)) }
        let type = bytes.prefix(8).dropFirst(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if types.contains(FourCC(rawValue: type)) { return .fragments(SegmentReader.read(bytes, initialization)) }
        return .other(size: bytes.count)
    }

    private mutating func read(
        _ path: MediaPath,
        _ range: Range<Int>?,
        _ limit: Int,
        mayBeShorter: Bool = false
    ) async throws(MediaLoadFailure) -> [UInt8] {
        guard fileCount < mostFiles else {
            throw MediaLoadFailure(message: "Over \(mostFiles) files were read already.")
        }
        fileCount += 1
        let bytes: [UInt8]
        do throws(MediaFileError) {
            bytes = try await files.read(path, range: range, limit: limit)
        } catch { throw MediaLoadFailure(message: "'\(path)' \(error).") }
        guard !bytes.isEmpty else { throw MediaLoadFailure(message: "'\(path)' is empty.") }
        if let range, bytes.count < range.count, !mayBeShorter {
            throw MediaLoadFailure(
                message: "'\(path)' ends before the byte range \(range.count)@\(range.lowerBound) does."
            )
        }
        return bytes
    }
}
