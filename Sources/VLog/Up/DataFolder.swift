import Foundation
import SystemPackage

/// The folder in which `vlog up` keeps everything: `postgres/`, `storage/`, `scratch/`, `inbox/`,
/// `admin-secret`, `lock`.
struct DataFolder: Sendable {
    let path: FilePath

    var postgres: FilePath { path.appending("postgres") }
    var storage: FilePath { path.appending("storage") }
    var scratch: FilePath { path.appending("scratch") }
    /// What is watched for dropped files, unless another folder is.
    var inbox: FilePath { path.appending("inbox") }
    private var secretFile: FilePath { path.appending("admin-secret") }
    private var lockFile: FilePath { path.appending("lock") }

    /// `VLOG_DATA_DIR`, else `/var/lib/vlog` for root and the XDG data folder for anybody else.
    static func defaultPath(_ environment: [String: String]) -> FilePath {
        if let path = environment["VLOG_DATA_DIR"], !path.isEmpty { return absolute(path) }
        if getuid() == 0 { return "/var/lib/vlog" }
        if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return FilePath(data).appending("vlog") }
        return FilePath(environment["HOME"] ?? "/tmp").appending(".local/share/vlog")
    }

    static func absolute(_ path: String) -> FilePath {
        let path = FilePath(path)
        guard path.isRelative else { return path.lexicallyNormalized() }
        return FilePath(FileManager.default.currentDirectoryPath).pushing(path).lexicallyNormalized()
    }

    /// Makes the folders. The folder itself may be entered by others, since PostgreSQL runs as a user of its own when
    /// we are root; what is in it may not.
    func prepare(storage: FilePath) throws {
        for (folder, mode) in [(path, 0o711), (storage, 0o700), (scratch, 0o700)] {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder.string,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: mode]
                )
            } catch {
                throw StartError("The folder \(folder) cannot be made: \(error.localizedDescription)")
            }
        }
    }

    /// Takes the folder for this process until it ends, however it ends.
    func lock() throws -> FileDescriptor {
        let file = try FileDescriptor.open(
            lockFile,
            .readWrite,
            options: [.create, .closeOnExec],
            permissions: .ownerReadWrite
        )
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            try? file.close()
            throw StartError("Another `vlog up` is running in \(path); stop it, or choose another folder (--data-dir).")
        }
        return file
    }

    /// The secret for scripts and for this user's own commands; made the first time.
    func ensureAdminSecret() throws -> String {
        if let secret = try? adminSecret() { return secret }
        let secret = RandomText.token(bytes: 32)
        let file = try FileDescriptor.open(
            secretFile,
            .writeOnly,
            options: [.create, .exclusiveCreate],
            permissions: .ownerReadWrite
        )
        try file.closeAfter { _ = try file.writeAll(Array("\(secret)\n".utf8)) }
        return secret
    }

    func adminSecret() throws -> String {
        try String(contentsOfFile: secretFile.string, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Why `vlog` cannot start; the message says what to do.
struct StartError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
