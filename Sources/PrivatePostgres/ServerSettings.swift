import SystemPackage

/// The text of `postgresql.conf` and `pg_hba.conf`, written anew at every start.
struct ServerSettings {
    let sockets: FilePath
    let isDurable: Bool

    var configuration: String {
        let crash = isDurable ? "" : "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
        let path = sockets.string.replacing("\"", with: "\"\"").replacing("'", with: "''")
        return """
            # Written by vlog at every start. Settings of your own: ALTER SYSTEM SET …, then restart.
            listen_addresses = ''
            unix_socket_directories = '"\(path)"'
            unix_socket_permissions = 0700
            max_connections = 100
            shared_buffers = 128MB
            timezone = 'UTC'
            log_timezone = 'UTC'
            logging_collector = on
            log_directory = 'log'
            log_filename = 'postgresql-%a.log'
            log_truncate_on_rotation = on
            log_rotation_age = 1d
            log_rotation_size = 0
            log_line_prefix = '%m [%p] '
            \(crash)
            """
    }

    /// The socket's folder lets nobody in but the server's user and root.
    var authentication: String { "local all all trust\n" }
}
