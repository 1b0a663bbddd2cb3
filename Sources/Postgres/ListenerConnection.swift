import Glibc
import ThreadExecutor

/// The listener's own connection, and the thread that sleeps on it.
actor ListenerConnection {
    /// How long a silent connection is believed to be alive.
    private static let patience: Duration = .seconds(30)

    private let thread = ThreadExecutor(name: "pg-listen")
    private let wakePipe = WakePipe()
    private var handle: PostgresHandle?

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    func connect(_ configuration: PostgresConfiguration, channels: [String]) throws(PostgresError) {
        handle = nil
        let handle = try PostgresHandle(connecting: configuration)
        for channel in channels {
            try handle.script("LISTEN \"\(channel.replacing("\"", with: "\"\""))\"")
        }
        self.handle = handle
    }

    /// Notifications as they come, at least one; none when the task was cancelled.
    nonisolated func next() async throws(PostgresError) -> [PostgresNotification] {
        let result: Result<[PostgresNotification], PostgresError> = await withTaskCancellationHandler {
            do throws(PostgresError) {
                return .success(try await wait())
            } catch {
                return .failure(error)
            }
        } onCancel: {
            wakePipe.wake()
        }
        return try result.get()
    }

    func close() { handle = nil }

    private func wait() throws(PostgresError) -> [PostgresNotification] {
        guard let handle else { throw PostgresError(.connectionLost, "the listener is not connected") }
        while !Task.isCancelled {
            let taken = try handle.takeNotifications()
            guard taken.isEmpty else {
                return taken.map { .notification(channel: $0.channel, payload: $0.payload) }
            }
            // A question tells whether the other side is still there; its answer may bring notifications along.
            if !sleep(on: handle.socket) { try handle.script("SELECT 1") }
        }
        return []
    }

    /// - Returns: false when nothing happened for as long as patience lasts.
    private func sleep(on socket: Int32) -> Bool {
        var requests = [
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakePipe.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        return poll(&requests, 2, Int32(Self.patience.milliseconds)) != 0
    }
}
