import APIServer
import Foundation
import SystemPackage

extension ServeOptions {
    /// The folder to watch, made when it is missing; nil when nobody wants one. Throws when files of the server's own are
    /// in it, which would be taken for somebody's videos.
    func watchFolder(
        orElse standard: FilePath? = nil,
        keepingOut ours: [FilePath],
        environment: [String: String]
    ) throws -> WatchFolderConfiguration? {
        let chosen = (watchFolder ?? environment["VLOG_WATCH_FOLDER"]).flatMap { $0.isEmpty ? nil : $0 }
        guard let path = chosen.map(DataFolder.absolute) ?? standard else { return nil }
        do {
            try FileManager.default.createDirectory(
                atPath: path.string,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw StartError("The folder \(path) cannot be made: \(error.localizedDescription)")
        }
        let folder = ServeOptions.resolved(path)
        for place in ours.map(ServeOptions.resolved)
        where folder.starts(with: place) && folder != standard.map(ServeOptions.resolved) {
            throw StartError("\(path) cannot be watched: VLog keeps its own files in \(place). Choose another folder.")
        }
        return WatchFolderConfiguration(path: path)
    }

    /// Without symbolic links.
    private static func resolved(_ path: FilePath) -> FilePath {
        FilePath(URL(filePath: path.string).resolvingSymlinksInPath().path(percentEncoded: false)).lexicallyNormalized()
    }
}
