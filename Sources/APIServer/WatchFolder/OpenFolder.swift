import CLinux
import Glibc
import SystemPackage

/// A folder held open: what is asked of it is done in this very folder, whatever its path means by then, and nothing in it
/// is followed as a link. Names in it are bytes, which need not be text. All calls block.
final class OpenFolder: Sendable {
    private let descriptor: FileDescriptor

    /// Links on the way are followed: the path is an admin's.
    init(_ path: FilePath) throws(StorageError) {
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        } catch {
            throw StorageError("open folder \(path)", Errno(error))
        }
    }

    private init(adopting descriptor: Int32) { self.descriptor = FileDescriptor(rawValue: descriptor) }

    deinit { try? descriptor.close() }

    func facts() throws(StorageError) -> Stat {
        do { return try Stat(descriptor) } catch { throw StorageError("look at a folder", error) }
    }

    /// A folder in this one; it is made first when it is missing and `mode` is given.
    func folder(_ name: FilePath.Component, making mode: mode_t? = nil) throws(StorageError) -> OpenFolder {
        if let mode {
            let result = name.withPlatformString { mkdirat(descriptor.rawValue, $0, mode) }
            guard result == 0 || errno == EEXIST else {
                throw StorageError("make folder \(name)", Errno(rawValue: errno))
            }
        }
        let opened = name.withPlatformString {
            openat(descriptor.rawValue, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        guard opened >= 0 else { throw StorageError("open folder \(name)", Errno(rawValue: errno)) }
        return OpenFolder(adopting: opened)
    }

    /// Names in it that pass, in the folder's own order.
    func names(
        atMost limit: Int = .max,
        where isWanted: (FilePath.Component) -> Bool = { _ in true }
    ) throws(StorageError) -> [FilePath.Component] {
        // Of its own, because reading moves the position of a descriptor, and closing the stream closes it.
        let opened = openat(descriptor.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw StorageError("list a folder", Errno(rawValue: errno)) }
        guard let stream = fdopendir(opened) else {
            close(opened)
            throw StorageError("list a folder", Errno(rawValue: errno))
        }
        defer { closedir(stream) }
        var names: [FilePath.Component] = []
        while names.count < limit {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw StorageError("list a folder", Errno(rawValue: errno)) }
                break
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath.Component(platformString: $0) }
            }
            if let name, name.kind == .regular, isWanted(name) { names.append(name) }
        }
        return names
    }

    /// What has the name; nil when nothing has.
    func facts(of name: FilePath.Component) -> Stat? {
        try? name.withPlatformString { try Stat($0, relativeTo: descriptor, flags: .symlinkNoFollow) }
    }

    /// Opens a regular file for reading; nil when the name is that of anything else, or of nothing.
    func open(_ name: FilePath.Component) throws(StorageError) -> OpenRegularFile? {
        // Asked first, because opening a device or a pipe may do something already.
        guard facts(of: name)?.type == .regular else { return nil }
        let opened = name.withPlatformString {
            openat(descriptor.rawValue, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        }
        guard opened >= 0 else {
            if errno == ENOENT || errno == ELOOP { return nil }
            throw StorageError("open \(name)", Errno(rawValue: errno))
        }
        return OpenRegularFile(adopting: FileDescriptor(rawValue: opened))
    }

    /// Makes a new file; throws `exists` when there is something of this name.
    func create(_ name: FilePath.Component, mode: mode_t) throws(StorageError) -> FileDescriptor {
        try open(name, O_RDWR | O_CREAT | O_EXCL, mode)
    }

    /// Opens a file of our own for locking, and makes it when it is missing.
    func openOrCreate(_ name: FilePath.Component, mode: mode_t) throws(StorageError) -> FileDescriptor {
        try open(name, O_RDWR | O_CREAT, mode)
    }

    private func open(
        _ name: FilePath.Component,
        _ flags: Int32,
        _ mode: mode_t
    ) throws(StorageError) -> FileDescriptor {
        let opened = name.withPlatformString {
            openat(descriptor.rawValue, $0, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode)
        }
        guard opened >= 0 else { throw StorageError("create \(name)", Errno(rawValue: errno)) }
        return FileDescriptor(rawValue: opened)
    }

    /// Gives a file another name, on the same disk; throws `exists` when something has that already.
    func move(
        _ name: FilePath.Component,
        to folder: OpenFolder,
        as newName: FilePath.Component
    ) throws(StorageError) {
        var error = rename(name, to: folder, as: newName, with: vlog_rename_new)
        if error == .invalidArgument || error == .noFunction {
            // Some network disks cannot refuse to replace. Only servers of ours write there, so that looking first does.
            guard folder.facts(of: newName) == nil else {
                throw StorageError(.exists, "move \(name): there is a \(newName)")
            }
            error = rename(name, to: folder, as: newName, with: renameat)
        }
        if let error { throw StorageError("move \(name)", error) }
    }

    private func rename(
        _ name: FilePath.Component,
        to folder: OpenFolder,
        as newName: FilePath.Component,
        with call: (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>) -> Int32
    ) -> Errno? {
        name.withPlatformString { old in
            newName.withPlatformString { new in
                call(descriptor.rawValue, old, folder.descriptor.rawValue, new) == 0 ? nil : Errno(rawValue: errno)
            }
        }
    }

    /// Gives a file a second name at a path.
    func link(_ name: FilePath.Component, to path: FilePath) throws(StorageError) {
        let result = name.withPlatformString { old in
            path.withPlatformString { new in linkat(descriptor.rawValue, old, AT_FDCWD, new, 0) }
        }
        guard result == 0 else { throw StorageError("link \(name) to \(path)", Errno(rawValue: errno)) }
    }

    /// Removes a file; that it is gone already is no error, and nobody could do anything about another one.
    func remove(_ name: FilePath.Component) { _ = name.withPlatformString { unlinkat(descriptor.rawValue, $0, 0) } }

    /// Removes an empty folder.
    func removeFolder(_ name: FilePath.Component) {
        _ = name.withPlatformString { unlinkat(descriptor.rawValue, $0, AT_REMOVEDIR) }
    }

    /// Waits until the names in it are on the disk.
    func sync() throws(StorageError) {
        guard fsync(descriptor.rawValue) == 0 else { throw StorageError("sync a folder", Errno(rawValue: errno)) }
    }
}
