import Glibc
import ThreadExecutor

/// A connection that only listens, on a thread of its own, for waiting blocks.
actor ListeningConnection {
    /// How long one wait may block; a listener that is told to stop does so within this time.
    private static let patience: Int32 = 250

    private let thread = ThreadExecutor(name: "pg-listen")
    private var handle: PostgresHandle?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Connects and listens. Channel names are the program's own; they are quoted all the same.
    func open(_ configuration: PostgresConfiguration, channels: [String]) throws(PostgresError) {
        let handle = try PostgresHandle(connecting: configuration)
        for channel in channels {
            let quoted = channel.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            try handle.script("LISTEN \"\(quoted)\"")
        }
        self.handle = handle
    }

    /// What has arrived, waiting a moment for it. Throws `connectionLost` when the server is gone.
    func wait() throws(PostgresError) -> [PostgresNotification] {
        guard let handle else { throw PostgresError(.closed, "the connection is closed") }
        var request = pollfd(fd: handle.socket, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, ListeningConnection.patience) > 0 else { return [] }
        return try handle.takeNotifications().map { .notification(channel: $0.channel, payload: $0.payload) }
    }
}
