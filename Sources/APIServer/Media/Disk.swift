import Glibc
import SystemPackage

/// Blocking calls on files and folders; each error names the path that it was about.
package enum Disk {
    private static let folderMode = FilePermissions(rawValue: 0o755)
    private static let fileMode = FilePermissions(rawValue: 0o644)

    /// Makes a folder and those above it, as far as they are missing.
    package static func makeFolders(_ folder: FilePath) throws(StorageError) {
        let result = folder.withPlatformString { mkdir($0, folderMode.rawValue) }
        if result == 0 || errno == EEXIST { return }
        guard errno == ENOENT, !folder.removingLastComponent().isEmpty else {
            throw StorageError("make folder \(folder)", Errno(rawValue: errno))
        }
        try makeFolders(folder.removingLastComponent())
        try makeFolders(folder)
    }

    /// Opens a new file, or empties the one that is there.
    package static func create(_ file: FilePath) throws(StorageError) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                file,
                .writeOnly,
                options: [.create, .truncate, .closeOnExec, .noFollow],
                permissions: fileMode
            )
        } catch {
            throw StorageError("create \(file)", Errno(error))
        }
    }

    /// Opens a regular file for reading; links and folders are refused as if they were not there.
    static func open(_ file: FilePath) throws(StorageError) -> (FileDescriptor, Stat) {
        do {
            let options: FileDescriptor.OpenOptions = [.closeOnExec, .noFollow, .nonBlocking]
            let descriptor = try FileDescriptor.open(file, .readOnly, options: options)
            do {
                let facts = try Stat(descriptor)
                guard facts.type == .regular else { throw Errno.noSuchFileOrDirectory }
                return (descriptor, facts)
            } catch {
                try descriptor.close()
                throw error
            }
        } catch {
            throw StorageError("open \(file)", Errno(error))
        }
    }

    /// Writes a file whole or not at all: beside it, to the disk, then renamed over it.
    package static func write(_ bytes: some Sequence<UInt8>, to file: FilePath) throws(StorageError) {
        let beside = temporaryName(beside: file)
        let descriptor = try create(beside)
        do {
            try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
            try sync(beside)
            try rename(beside, to: file)
        } catch {
            remove(beside)
            throw error as? StorageError ?? StorageError("write \(file)", Errno(error))
        }
    }

    /// The name under which a file is written before it takes its place. Hidden, so that nothing serves it.
    package static func temporaryName(beside file: FilePath) -> FilePath {
        let unique = UInt64.random(in: .min ... .max)
        let name = file.lastComponent?.string ?? ""
        return file.removingLastComponent().appending(".\(name).\(String(unique, radix: 36)).tmp")
    }

    /// Renames within one disk and makes the new name last.
    package static func rename(_ from: FilePath, to: FilePath) throws(StorageError) {
        let result = from.withPlatformString { old in to.withPlatformString { new in Glibc.rename(old, new) } }
        guard result == 0 else { throw StorageError("rename \(from) to \(to)", Errno(rawValue: errno)) }
        try sync(to.removingLastComponent())
    }

    /// Waits until the contents of a file, or the names in a folder, are on the disk.
    package static func sync(_ path: FilePath) throws(StorageError) {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
            try descriptor.closeAfter {
                guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
        } catch {
            throw StorageError("sync \(path)", Errno(error))
        }
    }

    /// Removes a file; that it is gone already is no error, and nobody could do anything about another one.
    package static func remove(_ file: FilePath) { _ = file.withPlatformString { unlink($0) } }

    package static func exists(_ path: FilePath) -> Bool { (try? Stat(path, followTargetSymlink: false)) != nil }

    static func isFolder(_ path: FilePath) -> Bool {
        (try? Stat(path, followTargetSymlink: false))?.type == .directory
    }

    /// Bytes of a regular file; nil when there is none.
    static func size(of file: FilePath) -> Int64? {
        guard let facts = try? Stat(file, followTargetSymlink: false), facts.type == .regular else { return nil }
        return facts.size
    }

    /// The contents of a small regular file.
    static func read(_ file: FilePath) throws(StorageError) -> [UInt8] {
        let (descriptor, facts) = try open(file)
        do {
            return try descriptor.closeAfter {
                try [UInt8](unsafeUninitializedCapacity: Int(facts.size)) { buffer, count in
                    count = 0
                    while count < buffer.count {
                        let rest = UnsafeMutableRawBufferPointer(
                            rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]
                        )
                        let read = try descriptor.read(into: rest)
                        if read == 0 { break }
                        count += read
                    }
                }
            }
        } catch {
            throw StorageError("read \(file)", Errno(error))
        }
    }

    /// How long ago its contents or its name changed; zero when it is not there.
    static func age(of path: FilePath) -> Duration {
        guard let facts = try? Stat(path, followTargetSymlink: false) else { return .zero }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return .seconds(now.tv_sec - facts.st_ctim.tv_sec)
    }

    /// The names in a folder, hidden ones too; empty when there is no such folder.
    package static func names(in folder: FilePath) throws(StorageError) -> [String] {
        guard let stream = folder.withPlatformString({ opendir($0) }) else {
            if errno == ENOENT { return [] }
            throw StorageError("list \(folder)", Errno(rawValue: errno))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a folder and all below it, without following links; that it is gone already is no error.
    package static func removeTree(_ folder: FilePath) throws(StorageError) {
        for name in try names(in: folder) {
            try removeTreeOrFile(folder.appending(name))
        }
        guard folder.withPlatformString({ rmdir($0) }) == 0 || errno == ENOENT else {
            throw StorageError("remove folder \(folder)", Errno(rawValue: errno))
        }
    }

    /// Removes whatever is under the name.
    static func removeTreeOrFile(_ path: FilePath) throws(StorageError) {
        if path.withPlatformString({ unlink($0) }) != 0 && errno != ENOENT { try removeTree(path) }
    }

    /// Bytes free to processes that are not root.
    package static func freeBytes(at path: FilePath) throws(StorageError) -> Int64 {
        var facts = statvfs()
        guard path.withPlatformString({ statvfs($0, &facts) }) == 0 else {
            throw StorageError("ask for free space at \(path)", Errno(rawValue: errno))
        }
        return Int64(facts.f_bavail) * Int64(facts.f_frsize)
    }
}

extension Errno {
    /// What the system said; calls of `SystemPackage` throw nothing but `Errno`.
    init(_ error: any Error) { self = error as? Errno ?? .ioError }
}
