import Glibc

/// Who the server runs as: PostgreSQL refuses to run as root, so root hands it to the user `postgres`.
struct ServerUser {
    let id: uid_t
    let group: gid_t
    /// Whether programs of the server must be started under another id than ours.
    let isOther: Bool

    static func current() throws(PrivatePostgresError) -> ServerUser {
        guard geteuid() == 0 else { return ServerUser(id: geteuid(), group: getegid(), isOther: false) }
        guard let entry = getpwnam("postgres") else {
            throw PrivatePostgresError(
                .notInstalled,
                "as root, PostgreSQL runs as the system user postgres, which does not exist: install the Debian package postgresql"
            )
        }
        return ServerUser(id: entry.pointee.pw_uid, group: entry.pointee.pw_gid, isOther: true)
    }

    static func name(of id: uid_t) -> String {
        getpwuid(id).map { String(cString: $0.pointee.pw_name) } ?? "with the id \(id)"
    }
}
