import Foundation
import Glibc
import SystemPackage

/// The postmaster of a data folder, as its `postmaster.pid` and `/proc` tell.
///
/// The lines of the file: <https://www.postgresql.org/docs/15/storage-file-layout.html>.
struct RunningServer {
    let process: pid_t
    let socketFolder: String
    /// `starting`, `ready`, `stopping`; empty while the file is being written.
    let status: String

    /// Nil when no server runs in the folder, whatever a file of a dead one says.
    static func find(in data: FilePath) -> RunningServer? {
        let path = data.appending("postmaster.pid").string
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count > 1, let process = pid_t(lines[0]), Self.works(process, in: data) else { return nil }
        return RunningServer(
            process: process,
            socketFolder: lines.count > 4 ? lines[4] : "",
            status: lines.count > 7 ? lines[7].trimmingCharacters(in: .whitespaces) : ""
        )
    }

    /// Removes the `postmaster.pid` of a server that is gone. PostgreSQL does so itself unless the number in it
    /// belongs to another process by now, as after the restart of a container.
    static func removeStaleFile(in data: FilePath) {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        guard !processes.compactMap({ pid_t($0) }).contains(where: { works($0, in: data) }) else { return }
        unlink(data.appending("postmaster.pid").string)
    }

    /// Whether the process lives and is a server of the folder: each of them works in its data folder.
    private static func works(_ process: pid_t, in data: FilePath) -> Bool {
        guard let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
        else { return false }
        return folder == FilePath(data.string).resolved
    }

    func isAlive(in data: FilePath) -> Bool { Self.works(process, in: data) }
}

extension FilePath {
    /// Without symbolic links, as the kernel names it.
    fileprivate var resolved: String {
        guard let real = realpath(string, nil) else { return string }
        defer { free(real) }
        return String(cString: real)
    }
}
