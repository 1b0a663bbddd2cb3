import Glibc
import SystemPackage

/// A file of the watch folder that this server alone works on: `.working/{tag}/NAME`. All calls block.
final class ClaimedFile: Sendable {
    /// Identifies the file for ever; the video's source gets it too, so that the database knows what became of it.
    let tag: ClaimTag
    let name: FilePath.Component
    private let folder: OpenFolder
    private let working: OpenFolder
    private let lock: WorkLock

    init(tag: ClaimTag, name: FilePath.Component, folder: OpenFolder, working: OpenFolder, lock: WorkLock) {
        self.tag = tag
        self.name = name
        self.folder = folder
        self.working = working
        self.lock = lock
    }

    /// Its bytes; nil when it is no regular file: something else was put in its place before it was claimed.
    func open() throws(StorageError) -> OpenRegularFile? { try folder.open(name) }

    /// Gives it a second name at a path of the storage; false when that is on another disk, or one without links.
    func link(to path: FilePath) throws(StorageError) -> Bool {
        do {
            try folder.link(name, to: path)
            return true
        } catch {
            let isImpossible: [Errno] = [.improperLink, .notPermitted, .notSupported, .tooManyLinks, .permissionDenied]
            if let cause = error.cause, isImpossible.contains(cause) { return false }
            throw error
        }
    }

    /// Back to where it was dropped.
    func giveBack(to root: OpenFolder) throws(StorageError) {
        try folder.move(name, to: root, as: name)
        retire()
    }

    /// Puts it into the folder of what was refused, with the sentence beside it in `NAME.txt`. The text comes first, so
    /// that no file is ever there without one.
    func reject(to rejected: OpenFolder, because sentence: String) throws(StorageError) {
        for attempt in 1... {
            let (file, text) = try RejectedName.pair(for: name, attempt: attempt)
            guard rejected.facts(of: file) == nil, try write(sentence + "\n", as: text, in: rejected) else { continue }
            do {
                try folder.move(name, to: rejected, as: file)
                return retire()
            } catch {
                rejected.remove(text)
                guard error.code == .exists else { throw error }
            }
        }
    }

    /// It is a video now: the last of it in the watch folder goes.
    func remove() {
        folder.remove(name)
        retire()
    }

    private func retire() {
        working.removeFolder(tag.folder)
        lock.retire()
    }

    /// False when there is a file of this name.
    private func write(_ text: String, as name: FilePath.Component, in folder: OpenFolder) throws(StorageError) -> Bool
    {
        let descriptor: FileDescriptor
        do {
            descriptor = try folder.create(name, mode: 0o644)
        } catch {
            guard error.code == .exists else { throw error }
            return false
        }
        do {
            try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
            return true
        } catch {
            folder.remove(name)
            throw StorageError("write \(name)", Errno(error))
        }
    }
}

/// How refused files are called, in bytes: a name need not be text.
enum RejectedName {
    /// What Linux allows.
    static let longest = 255

    /// The file's own name, or one with a number when that is taken, and the name of its text.
    static func pair(
        for name: FilePath.Component,
        attempt: Int
    ) throws(StorageError) -> (file: FilePath.Component, text: FilePath.Component) {
        let number = attempt == 1 ? "" : ".\(attempt)"
        let bytes = name.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }
        let ends = [number, number + ".txt"].map { end in end.utf8.map { CChar(bitPattern: $0) } }
        let names = ends.compactMap { end in
            FilePath.Component(platformString: bytes.prefix(longest - end.count) + end + [0])
        }
        guard names.count == 2 else { throw StorageError(.failed, "no name for \(name)") }
        return (names[0], names[1])
    }
}
