import Foundation
import Packaging
import SystemPackage

/// The files below a folder; links that lead out of it are refused.
struct FolderFiles: MediaFiles {
    private let root: FilePath

    private static let mostFiles = 400_000

    /// Throws when there is no such folder.
    init(_ path: String) throws(MediaFileError) { root = try Self.real(FilePath(path)) }

    var origin: String? { nil }

    func read(_ path: MediaPath, range: Range<Int>?, limit: Int) async throws(MediaFileError) -> [UInt8] {
        let file = try Self.real(root.appending(path.parts))
        guard file.starts(with: root) else { throw .unreadable("a link out of the folder") }
        do {
            // A pipe would wait for a writer.
            let descriptor = try FileDescriptor.open(file, .readOnly, options: [.nonBlocking, .closeOnExec])
            return try descriptor.closeAfter { try Self.read(descriptor, range, limit) }
        } catch let error as MediaFileError {
            throw error
        } catch {
            throw .unreadable("\(error)")
        }
    }

    func list() async throws(MediaFileError) -> [MediaPath]? {
        let keys: [URLResourceKey] = [.isRegularFileKey]
        let folder = URL(filePath: root.string, directoryHint: .isDirectory)
        let enumerator = FileManager.default.enumerator(
            at: folder,
            includingPropertiesForKeys: keys,
            options: [.skipsHiddenFiles]
        )
        guard let enumerator else { throw .unreadable("not a folder") }
        var found: [MediaPath] = []
        while let file = enumerator.nextObject() as? URL {
            guard found.count < Self.mostFiles else { throw .unreadable("over \(Self.mostFiles) files") }
            guard (try? file.resourceValues(forKeys: Set(keys)).isRegularFile) == true,
                file.path.hasPrefix(root.string + "/"),
                let path = MediaPath(String(file.path.dropFirst(root.string.count + 1)))
            else { continue }
            found.append(path)
        }
        return found.sorted()
    }

    private static func read(_ descriptor: FileDescriptor, _ range: Range<Int>?, _ limit: Int) throws -> [UInt8] {
        let size = Int(try descriptor.seek(offset: 0, from: .end))
        let wanted = (range ?? 0..<size).clamped(to: 0..<size)
        guard wanted.count <= limit else { throw MediaFileError.tooLarge }
        return try [UInt8](unsafeUninitializedCapacity: wanted.count) { buffer, count in
            while count < wanted.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let offset = Int64(wanted.lowerBound + count)
                let taken = try descriptor.read(fromAbsoluteOffset: offset, into: rest)
                guard taken > 0 else { return }
                count += taken
            }
        }
    }

    private static func real(_ path: FilePath) throws(MediaFileError) -> FilePath {
        guard let resolved = realpath(path.string, nil) else { throw .missing }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }
}

extension FilePath {
    fileprivate func appending(_ parts: [String]) -> FilePath {
        parts.reduce(self) { $0.appending($1) }
    }
}
