import Archives
import Crypto
import Synchronization
import SystemPackage
import VLogCore

/// An archive that is being unpacked into hidden files beside the job's manifests. Judges every entry by its name before
/// a byte of it is written. All calls block; one at a time.
final class ArchiveUnpacking: Sendable {
    enum Outcome: Sendable {
        /// The next file, whole, not yet in its place.
        case received(ReceivedFile)
        /// A file that is there already with the same content.
        case skipped
    }

    /// The entry under way.
    private struct Entry {
        let path: OutputPath
        let announced: TarEntry
        /// Nil when its content is there already, and only hashed to see that the sender has the same.
        let file: HashedFile?
        private var hash = SHA256()

        init(path: OutputPath, announced: TarEntry, file: HashedFile?) {
            self.path = path
            self.announced = announced
            self.file = file
        }

        mutating func append(_ bytes: ArraySlice<UInt8>) throws(StorageError) {
            guard let file else { return hash.update(data: bytes) }
            try file.append(bytes)
        }

        /// The SHA-256 of all of it, which is on the disk then.
        func finish() throws(StorageError) -> [UInt8] { try file?.finish() ?? Array(hash.finalize()) }
    }

    private struct State: ~Copyable {
        var reader: ArchiveReader
        var whole = SHA256()
        var entry: Entry?
        var seen: Set<OutputPath> = []
    }

    private let layout: OutputLayout
    private let present: [OutputPath: OutputFileBody]
    private let digest: [UInt8]?
    private let state: Mutex<State>

    /// `present` is what the server has of the job, `digest` the SHA-256 of the whole archive if that was announced.
    init(layout: OutputLayout, limits: ArchiveLimits, present: [OutputFileBody], digest: [UInt8]?) {
        self.layout = layout
        self.present = Dictionary(present.map { ($0.path, $0) }) { $1 }
        self.digest = digest
        state = Mutex(State(reader: ArchiveReader(limits: limits)))
    }

    /// Hands over the next bytes; `next` must have given nil for those before.
    func feed(_ bytes: [UInt8]) {
        state.withLock { state in
            if digest != nil { state.whole.update(data: bytes) }
            state.reader.feed(bytes)
        }
    }

    /// Unpacks up to the end of a file; nil when that needs more bytes.
    func next() throws -> Outcome? {
        try state.withLock { state in
            while let event = try state.reader.next() {
                switch event {
                case .entryBegins(let entry): state.entry = try begin(entry, &state.seen)
                case .content(let bytes): try state.entry?.append(bytes)
                case .entryEnds:
                    guard let entry = state.entry else { continue }
                    let outcome = try end(entry)
                    state.entry = nil
                    return outcome
                }
            }
            return nil
        }
    }

    /// Throws unless the archive was whole and is what was announced.
    func finish() throws {
        try state.withLock { state in
            try state.reader.finish()
            guard let digest else { return }
            let actual = Array(state.whole.finalize())
            guard actual == digest else {
                throw APIError.badField("Digest", "is not that of the archive, whose SHA-256 is \(actual.hexadecimal).")
            }
        }
    }

    /// Removes the file under way, if there is one.
    func discard() {
        state.withLock { state in
            state.entry?.file?.discard()
            state.entry = nil
        }
    }

    /// Nil for a folder, of which nothing is kept.
    private func begin(_ entry: TarEntry, _ seen: inout Set<OutputPath>) throws -> Entry? {
        // As `tar -C folder .` writes them.
        let name = entry.name.hasPrefix("./") ? String(entry.name.dropFirst(2)) : entry.name
        if entry.kind == .folder {
            guard Self.isFolder(name) else { throw Self.refusal(entry) }
            return nil
        }
        guard let path = OutputPath(rawValue: name) else { throw Self.refusal(entry) }
        guard layout.owns(path) else {
            throw ArchiveError(
                .forbidden,
                entry: entry.name,
                "does not belong to generation \(layout.generation) of the video."
            )
        }
        guard seen.insert(path).inserted else {
            throw ArchiveError(.forbidden, entry: entry.name, "is in the archive twice.")
        }
        guard entry.size <= path.sizeLimit else { throw path.tooLong }
        return Entry(path: path, announced: entry, file: try file(for: entry, path))
    }

    private func file(for entry: TarEntry, _ path: OutputPath) throws -> HashedFile? {
        if let sha256 = entry.sha256, isHere(OutputFileBody(path: path, bytes: entry.size, sha256: sha256)) {
            return nil
        }
        try Disk.makeFolders(layout.staging)
        return try HashedFile(Disk.temporaryName(beside: layout.staging.appending("part")))
    }

    private func end(_ entry: Entry) throws -> Outcome {
        let actual = try entry.finish()
        let name = entry.announced.name
        guard entry.announced.sha256.map({ $0 == actual.hexadecimal }) ?? true else {
            throw ArchiveError(
                .damaged,
                entry: name,
                "does not have the SHA-256 that it names; it is \(actual.hexadecimal)."
            )
        }
        let body = OutputFileBody(path: entry.path, bytes: entry.announced.size, sha256: actual.hexadecimal)
        guard let file = entry.file, !isHere(body) else {
            entry.file?.discard()
            return .skipped
        }
        return .received(ReceivedFile(file: body, temporary: file.path))
    }

    private func isHere(_ file: OutputFileBody) -> Bool {
        present[file.path] == file && Disk.size(of: layout.location(of: file.path)) == file.bytes
    }

    /// `1080p/` or `.`
    private static func isFolder(_ name: String) -> Bool {
        let name = name.hasSuffix("/") ? String(name.dropLast()) : name
        return name.isEmpty || name == "." || OutputPath(rawValue: name + "/init.mp4") != nil && !name.contains("/")
    }

    private static func refusal(_ entry: TarEntry) -> ArchiveError {
        ArchiveError(
            .forbidden,
            entry: entry.name,
            "is not NAME or FOLDER/NAME in a-z, 0-9, _, - and inner dots, with an extension that is served."
        )
    }
}
