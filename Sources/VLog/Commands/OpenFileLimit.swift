import Glibc

/// How many files and connections the process may have open.
enum OpenFileLimit {
    /// Raises it to what the system allows: the usual 1,024 are for programs that use `select`, which we do not.
    static func raise() {
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        // Without it the server serves fewer at once, which is no reason not to start.
        _ = setrlimit(kind, &limit)
    }
}
