import Foundation
import Glibc
import SystemPackage

/// The folders of one private server, and what may be said of them without it.
struct ServerFolder {
    let root: FilePath
    /// PostgreSQL's own.
    var data: FilePath { root.appending(Self.dataName) }
    /// Where `initdb` works, so that `data` is either whole or not there.
    var unfinished: FilePath { root.appending(Self.unfinishedName) }
    /// What the server says before its own log is open.
    var startLog: FilePath { root.appending(Self.startLogName) }
    var lock: FilePath { root.appending("lock") }

    static let dataName = "data"
    static let unfinishedName = "data.unfinished"
    static let startLogName = "start.log"

    init(_ root: FilePath) {
        let here = FilePath(FileManager.default.currentDirectoryPath)
        self.root = (root.isAbsolute ? root : here.pushing(root)).lexicallyNormalized()
    }

    /// Holds the socket; closed to everybody but the server's user and root, which is the whole authentication.
    var sockets: FilePath {
        let inside = root.appending("run")
        // sockaddr_un has room for 107 bytes, of which the socket's name takes 19; libpq takes a comma for the end of
        // a host.
        let isLong = inside.string.utf8.count > 107 - "/.s.PGSQL.5432.lock".utf8.count
        guard isLong || inside.string.contains(",") else { return inside }
        return FilePath("/tmp/vlog-postgres-\(String(fingerprint, radix: 36))")
    }

    /// FNV-1a of the path: the same in every run of the program.
    private var fingerprint: UInt64 {
        root.string.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// The major version that made `data`; nil when there is none yet.
    func version() throws -> Int? {
        guard access(data.string, F_OK) == 0 else { return nil }
        let text = try String(contentsOfFile: data.appending("PG_VERSION").string, encoding: .utf8)
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Makes the folders and gives them to the server's user.
    func prepare(for user: ServerUser) throws {
        try FileManager.default.createDirectory(atPath: root.string, withIntermediateDirectories: true)
        if user.isOther { try checkPath() }
        try take(root, for: user)
        if mkdir(sockets.string, 0o700) != 0, errno != EEXIST { throw failure("make", sockets) }
        try take(sockets, for: user)
    }

    /// Every folder above ours must let the server's user pass.
    private func checkPath() throws(PrivatePostgresError) {
        var folder = root
        while folder.removeLastComponent(), !folder.isEmpty {
            var status = stat()
            guard stat(folder.string, &status) == 0 else { throw failure("look at", folder) }
            guard status.st_mode & S_IXOTH == 0 else { continue }
            throw PrivatePostgresError(
                .folderNotUsable,
                "as root, PostgreSQL runs as the user postgres, and postgres cannot enter \(folder): "
                    + "choose a folder elsewhere, such as /var/lib/vlog"
            )
        }
    }

    /// Makes sure that a folder is the server's user's own and closed to others. Only a folder of ours is handed over.
    private func take(_ folder: FilePath, for user: ServerUser) throws(PrivatePostgresError) {
        var status = stat()
        guard lstat(folder.string, &status) == 0 else { throw failure("look at", folder) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw PrivatePostgresError(.folderNotUsable, "\(folder) is not a folder")
        }
        guard status.st_uid == user.id || status.st_uid == geteuid() else {
            throw PrivatePostgresError(
                .folderNotUsable,
                "\(folder) belongs to the user \(ServerUser.name(of: status.st_uid)): run as that user, or choose another folder"
            )
        }
        guard chown(folder.string, user.id, user.group) == 0 else { throw failure("change the owner of", folder) }
        guard chmod(folder.string, 0o700) == 0 else { throw failure("change the mode of", folder) }
    }

    private func failure(_ action: String, _ folder: FilePath) -> PrivatePostgresError {
        let reason = String(cString: strerror(errno))
        return PrivatePostgresError(.folderNotUsable, "cannot \(action) \(folder): \(reason)")
    }
}
