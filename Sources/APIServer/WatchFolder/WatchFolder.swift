import Foundation
import Glibc
import SystemPackage

/// The folder that is watched, and what lies in it:
///
///     NAME                      dropped by somebody
///     rejected/NAME, NAME.txt   refused, and why
///     .working/{tag}/NAME       claimed; the folder is the server's alone
///     .working/{tag}.lock       locked by the server that works on it
///
/// From a dropped file to a video, and why a crash between any two of these steps loses nothing and doubles nothing:
///
/// 1. A new tag is locked and gets its folder. A crash leaves an empty folder, which the next look removes.
/// 2. The file is renamed into it, and both folders are synced. That is the claim: of several servers, one succeeds. From
///    here on nobody can reach the file under its former name, and it lies whole in one of two places at any time.
/// 3. The storage gets it under `uploads/.incoming/{tag}`: a second name on the same disk, else a copy.
/// 4. It is checked, and one transaction makes the video, with the tag as that of its source, and its first job; the
///    storage's final name is on the disk before the commit. A crash before the commit leaves the claimed file where it
///    is: whoever gets the lock begins again at 3. A crash after it, too, but then the database knows the tag.
/// 5. The claimed name goes, then its folder, then the lock. Work that is begun again finds the tag in the database, and
///    does only this.
///
/// All calls block.
final class WatchFolder: Sendable {
    /// What one look takes notice of; the rest follows when these are done.
    private static let mostFiles = 10_000
    private static let working: FilePath.Component = ".working"
    private static let rejected: FilePath.Component = "rejected"
    private static let unfinished = [".part", ".tmp", ".filepart", "~"]

    let root: OpenFolder
    let rejected: OpenFolder
    private let working: OpenFolder
    private let identity: FileState
    /// This disk says who has a file open for writing.
    private let tellsWriters: Bool

    init(_ path: FilePath) throws(StorageError) {
        root = try OpenFolder(path)
        identity = FileState(try root.facts())
        working = try root.folder(Self.working, making: 0o700)
        // Who may write to the watch folder could have made it, and would own what we check.
        guard try working.facts().userID.rawValue == geteuid() else {
            throw StorageError(.failed, ".working in \(path) belongs to another user; remove it")
        }
        rejected = try root.folder(Self.rejected, making: 0o755)
        tellsWriters = try Self.tryLeases(in: working)
    }

    /// Whether the path still leads to this folder, and its parts are in their places.
    func isStill(at path: FilePath) -> Bool {
        guard let facts = try? Stat(path), FileState(facts).isSameFile(as: identity) else { return false }
        return [(Self.working, working), (Self.rejected, rejected)].allSatisfy { name, folder in
            guard let there = root.facts(of: name), let ours = try? folder.facts() else { return false }
            return FileState(there).isSameFile(as: FileState(ours))
        }
    }

    /// Renaming and linking from here to there moves no byte, as far as one can tell beforehand.
    func sharesDisk(with path: FilePath) -> Bool {
        guard let facts = try? Stat(path) else { return false }
        return FileState(facts).device == identity.device
    }

    /// The files that may be taken once they are complete. Hidden ones and those that copying programs write to before
    /// they give them their names are none, nor is anything but a regular file.
    func files() throws(StorageError) -> [FilePath.Component: FileState] {
        var files: [FilePath.Component: FileState] = [:]
        for name in try root.names(atMost: Self.mostFiles, where: Self.isCandidate) {
            guard let facts = root.facts(of: name), facts.type == .regular else { continue }
            files[name] = FileState(facts)
        }
        return files
    }

    func writers(of name: FilePath.Component) -> Writers {
        // What cannot be opened is found out, and refused with a sentence, when it is claimed.
        guard let file = try? root.open(name) else { return .unknown }
        return writers(of: file)
    }

    func writers(of file: OpenRegularFile) -> Writers {
        let writers = file.writers()
        return writers == .somebody && !tellsWriters ? .unknown : writers
    }

    /// Takes the file for this server; nil when it is gone, perhaps to another server.
    func claim(_ name: FilePath.Component) throws(StorageError) -> ClaimedFile? {
        guard let tag = ClaimTag(), let lock = try WorkLock(tag.lock, in: working) else { return nil }
        let folder = try working.folder(tag.folder, making: 0o700)
        let claimed = ClaimedFile(tag: tag, name: name, folder: folder, working: working, lock: lock)
        do {
            try root.move(name, to: folder, as: name)
        } catch {
            claimed.remove()
            guard error.code == .notFound else { throw error }
            return nil
        }
        try folder.sync()
        try root.sync()
        return claimed
    }

    /// Whether a claimed file is what it was when it was found complete, and nobody writes to it. One that was claimed by a
    /// server that is gone was seen by nobody we know.
    func isComplete(_ file: ClaimedFile, seenAs state: FileState?) throws(StorageError) -> Bool {
        guard let open = try? file.open() else { return true }
        return writers(of: open) != .somebody && state.map { $0.hasSameBytes(as: FileState(open.facts)) } ?? true
    }

    /// The tags of files that were claimed, by whomever, and are not done.
    func claims() throws(StorageError) -> Set<ClaimTag> { Set(try working.names().compactMap { ClaimTag($0) }) }

    /// Goes on with a file that was claimed before; nil when somebody does already, or there is nothing left to do.
    func resume(_ tag: ClaimTag) throws(StorageError) -> ClaimedFile? {
        guard let lock = try WorkLock(tag.lock, in: working) else { return nil }
        do {
            let folder = try working.folder(tag.folder)
            if let name = try folder.names(atMost: 1).first {
                return ClaimedFile(tag: tag, name: name, folder: folder, working: working, lock: lock)
            }
            working.removeFolder(tag.folder)
        } catch {
            guard error.code == .notFound else { throw error }
        }
        lock.retire()
        return nil
    }
}

extension WatchFolder {
    static func isCandidate(_ name: FilePath.Component) -> Bool {
        // By bytes: a letter that combines with the dot would hide it from a comparison of characters.
        let bytes = name.string.lowercased().utf8
        return bytes.first != UInt8(ascii: ".")
            && !unfinished.contains { bytes.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    /// Only trying tells: some network disks refuse a lease on any file.
    private static func tryLeases(in folder: OpenFolder) throws(StorageError) -> Bool {
        guard let name = FilePath.Component("lease-\(UUID().uuidString)") else { return false }
        let descriptor = try folder.create(name, mode: 0o600)
        try? descriptor.close()
        defer { folder.remove(name) }
        return try folder.open(name)?.writers() == .nobody
    }
}
