import ThreadExecutor

/// One connection on a thread of its own. After any failure but `refused` it is closed, and another has to be made.
package actor RedisConnection {
    private let name: String
    private let thread: ThreadExecutor
    private let wakePipe = WakePipe()
    private let configuration: RedisConfiguration
    private var handle: RedisHandle?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The thread and, in `CLIENT LIST`, the connection are called by the name.
    package init(_ configuration: RedisConfiguration, name: StaticString) {
        self.configuration = configuration
        self.name = "vlog-\(name)"
        thread = ThreadExecutor(name: "redis-\(name)")
    }

    /// Connects, logs in and chooses the database. Throws `connectionFailed` when the server does not let us.
    package func connect() throws(RedisError) {
        let handle = try RedisHandle(connecting: configuration)
        var commands: [RedisCommand] = []
        if let password = configuration.password {
            commands.append(RedisCommand("AUTH", (configuration.user.map { [$0] } ?? []) + [password]))
        }
        if configuration.database != 0 { commands.append(RedisCommand("SELECT", "\(configuration.database)")) }
        commands += [RedisCommand("CLIENT", "SETNAME", name), RedisCommand("PING")]
        let replies = try logIn(commands, on: handle)
        for (command, reply) in zip(commands, replies) {
            guard case .error(let message) = reply else { continue }
            throw RedisError(.connectionFailed, "\(command.name): \(message)")
        }
        self.handle = handle
    }

    private func logIn(_ commands: [RedisCommand], on handle: RedisHandle) throws(RedisError) -> [RedisReply] {
        do throws(RedisError) {
            return try exchange(commands, on: handle, until: .now + configuration.connectTimeout)
        } catch {
            // A server with TLS closes when it is spoken to without.
            guard error.code == .connectionLost, case .tcp(_, _, nil) = configuration.endpoint else { throw error }
            throw RedisError(
                .connectionFailed,
                "\(error.message), instead of a reply; if this port speaks TLS, the URL begins with rediss://"
            )
        }
    }

    /// Sends the commands at once; their replies, errors among them, in their order. Goes on when the task is cancelled,
    /// for as long as the configuration allows, so that others may use the connection afterwards.
    package func run(_ commands: [RedisCommand]) throws(RedisError) -> [RedisReply] {
        try perform { (handle) throws(RedisError) in
            try exchange(commands, on: handle, until: .now + configuration.commandTimeout)
        }
    }

    /// Sends one command; throws `refused` when the reply is an error.
    @discardableResult
    package func run(_ command: RedisCommand) throws(RedisError) -> RedisReply {
        guard let reply = try run([command]).first else { throw RedisError(.unexpectedReply, "no reply") }
        return try reply.get()
    }

    /// Sends one command that the server may hold for `hold`. Ends with `cancelled`, and closes, when the task is cancelled.
    package nonisolated func run(
        _ command: RedisCommand,
        holding hold: Duration
    ) async throws(RedisError) -> RedisReply {
        let result: Result<RedisReply, RedisError> = await withTaskCancellationHandler {
            await held(command, for: hold)
        } onCancel: {
            wakePipe.wake()
        }
        return try result.get()
    }

    /// What the server sends unasked, to one that has subscribed; nil when that is nothing for so long. Ends with
    /// `cancelled`, and closes, when the task is cancelled.
    package nonisolated func receive(within limit: Duration) async throws(RedisError) -> RedisReply? {
        let result: Result<RedisReply?, RedisError> = await withTaskCancellationHandler {
            await next(within: limit)
        } onCancel: {
            wakePipe.wake()
        }
        return try result.get()
    }

    package func close() { handle = nil }

    // These two sleep on the thread: called with `await` from outside of the actor, which is what brings them there.

    private func held(_ command: RedisCommand, for hold: Duration) -> Result<RedisReply, RedisError> {
        do throws(RedisError) {
            let reply = try perform { (handle) throws(RedisError) in
                try handle.append(command)
                try handle.flush(until: .now + configuration.commandTimeout)
                let limit = hold + configuration.commandTimeout
                guard let reply = try handle.reply(until: .now + limit, orWoken: wakePipe) else {
                    throw silence(command.name, limit)
                }
                return try reply.get()
            }
            return .success(reply)
        } catch {
            return .failure(error)
        }
    }

    private func next(within limit: Duration) -> Result<RedisReply?, RedisError> {
        do throws(RedisError) {
            let reply = try perform { (handle) throws(RedisError) in
                let reply = try handle.reply(until: .now + limit, orWoken: wakePipe)
                if reply == nil, Task.isCancelled { throw RedisError(.cancelled, "the task was cancelled") }
                return try reply?.get()
            }
            return .success(reply)
        } catch {
            return .failure(error)
        }
    }

    private func silence(_ command: String, _ limit: Duration) -> RedisError {
        if Task.isCancelled { return RedisError(.cancelled, "the task was cancelled") }
        return RedisError(.timeout, "no reply to \(command) within \(limit)")
    }

    private func perform<Output>(_ body: (RedisHandle) throws(RedisError) -> Output) throws(RedisError) -> Output {
        guard let handle else { throw RedisError(.closed, "the connection is closed") }
        do throws(RedisError) {
            return try body(handle)
        } catch {
            // What comes next on the socket would be taken for the reply to another command.
            if error.code != .refused { self.handle = nil }
            throw error
        }
    }

    private func exchange(
        _ commands: [RedisCommand],
        on handle: RedisHandle,
        until deadline: ContinuousClock.Instant
    ) throws(RedisError) -> [RedisReply] {
        for command in commands { try handle.append(command) }
        try handle.flush(until: deadline)
        var replies: [RedisReply] = []
        for command in commands {
            guard let reply = try handle.reply(until: deadline) else {
                throw RedisError(.timeout, "no reply to \(command.name)")
            }
            replies.append(reply)
        }
        return replies
    }
}
