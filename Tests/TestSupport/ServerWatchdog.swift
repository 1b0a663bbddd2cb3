import CLinux
import Glibc
import SystemPackage

/// A shell that waits until this process is gone, however it ends, and then stops a server and removes its folder.
package enum ServerWatchdog {
    /// For a private PostgreSQL.
    static let postgres = """
        cat > /dev/null
        kill -QUIT $(head -n 1 "$0/postgres/data/postmaster.pid")
        while [ -e "$0/postgres/data/postmaster.pid" ]; do sleep 0.1; done
        rm -rf "$0"
        """

    /// For a Redis server.
    static let redis = """
        cat > /dev/null
        kill -KILL $(cat "$0/redis.pid")
        rm -rf "$0"
        """

    /// The script's `$0` is the folder; its standard input ends when this process does.
    package static func start(_ script: String, directory: FilePath, arguments: [String] = []) throws {
        // The write end stays open for as long as we live; nobody else may have it.
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0, fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0
        else { throw TestSupportError("cannot make a pipe") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // A copy of another test's socket would keep that connection open after its server has closed it: whoever waits for
        // its end would wait for as long as this shell lives.
        vlog_spawn_closing(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        try spawn(["/bin/sh", "-c", script, directory.string] + arguments, actions, attributes)
        close(ends[0])
    }

    private static func spawn(
        _ arguments: [String],
        _ actions: posix_spawn_file_actions_t,
        _ attributes: posix_spawnattr_t
    ) throws {
        var (actions, attributes, process) = (actions, attributes, pid_t())
        let argv = arguments.map { strdup($0) } + [nil]
        defer { for argument in argv { free(argument) } }
        guard posix_spawn(&process, arguments[0], &actions, &attributes, argv, environ) == 0 else {
            throw TestSupportError("cannot start the server's watchdog")
        }
    }
}
