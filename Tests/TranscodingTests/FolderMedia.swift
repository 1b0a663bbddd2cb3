import Foundation
import Packaging
import SystemPackage

/// A test's folder, for the checker.
private struct FolderMedia: MediaFiles {
    let folder: FilePath

    var origin: String? { nil }

    func read(_ path: MediaPath, range: Range<Int>?, limit: Int) async throws(MediaFileError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: folder.appending(path.description).string) else {
            throw .missing
        }
        let bytes = [UInt8](data)
        return Array(bytes[(range ?? 0..<bytes.count).clamped(to: 0..<bytes.count)])
    }

    func list() async throws(MediaFileError) -> [MediaPath]? {
        let names = FileManager.default.subpaths(atPath: folder.string) ?? []
        return names.filter { $0.contains(".") }.sorted().compactMap { MediaPath($0) }
    }
}

extension ConformanceReport {
    /// What `vlog check` says of a folder.
    static func of(_ folder: FilePath) async throws -> ConformanceReport {
        var checker = ConformanceChecker(files: FolderMedia(folder: folder))
        return try await checker.check([])
    }
}
