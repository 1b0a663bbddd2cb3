import Catalog
import Foundation
import Glibc
import Redis
import Synchronization
import VLogCore

/// Redis from a connect to the first failure: one connection for commands, one that listens, one that waits for jobs.
/// When one fails, all end, so that a server either has Redis or has not.
final class RedisSession: Sendable {
    /// Longer streams are trimmed: their oldest entries are of jobs that have been claimed long ago.
    private static let longestStream = "10000"
    /// How long Redis holds a question for jobs. A silent server is noticed a second after that.
    private static let hold = Duration.seconds(1)
    /// How often entries of dead servers are looked for.
    private static let reclaimInterval = Duration.seconds(5)
    /// Jobs that are asked for at once.
    private static let mostEntries = 100
    /// Servers that were not heard of for so long are taken off the group.
    private static let forgottenAfter: Int64 = 3_600_000

    private let keys: RedisKeys
    private let jobs: JobQueries
    private let claims: WaitingClaims
    private let entryIdle: Duration
    private let consumer: String
    private let commands: RedisConnection
    private let listening: RedisConnection
    private let waiting: RedisConnection
    private let failures: AsyncStream<RedisError>
    private let failure: AsyncStream<RedisError>.Continuation

    init(configuration: RedisConfiguration, jobs: JobQueries, claims: WaitingClaims, entryIdle: Duration) {
        keys = RedisKeys(database: configuration.database)
        self.jobs = jobs
        self.claims = claims
        self.entryIdle = entryIdle
        consumer = "\(ProcessInfo.processInfo.hostName)-\(getpid())-\(UInt32.random(in: 0..<(.max)))"
        commands = RedisConnection(configuration, name: "commands")
        listening = RedisConnection(configuration, name: "listen")
        waiting = RedisConnection(configuration, name: "jobs")
        (failures, failure) = AsyncStream.makeStream(of: RedisError.self, bufferingPolicy: .bufferingOldest(1))
    }

    /// Everything that has to work is tried: login, the group of readers, the subscription.
    func open() async throws(RedisError) {
        try await commands.connect()
        for stream in RedisKeys.streams { try await makeGroup(of: stream) }
        try await listening.connect()
        try await waiting.connect()
        for channel in keys.channels { try await listening.run(RedisCommand("SUBSCRIBE", channel)) }
        for stream in RedisKeys.streams { try await forgetDeadConsumers(of: stream) }
    }

    func close() async {
        await commands.close()
        await listening.close()
        await waiting.close()
    }

    /// Listens and takes jobs until something fails, which it returns.
    func run(_ receive: @Sendable @escaping (_ channel: String, _ payload: String) -> Void) async -> RedisError {
        await withTaskGroup(of: RedisError.self) { group in
            group.addTask { await self.failing { () throws(RedisError) in try await self.listen(receive) } }
            group.addTask { await self.failing { () throws(RedisError) in try await self.takeJobs() } }
            group.addTask { await self.failing { () throws(RedisError) in try await self.takeOver() } }
            group.addTask { await self.failing { () throws(RedisError) in try await self.tellOutcomes() } }
            group.addTask {
                for await error in self.failures { return error }
                return RedisError(.cancelled, "the task was cancelled")
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? RedisError(.closed, "the session has ended")
        }
    }

    /// Whether Redis has taken all of them.
    func send(_ announcements: [Announcement]) async -> Bool {
        do throws(RedisError) {
            for reply in try await commands.run(announcements.map(command)) { try reply.get() }
            return true
        } catch {
            failure.yield(error)
            return false
        }
    }

    /// The replies, errors of the server among them; throws when the connection is of no further use.
    func run(_ asked: [RedisCommand]) async throws(RedisError) -> [RedisReply] {
        do throws(RedisError) {
            return try await commands.run(asked)
        } catch {
            failure.yield(error)
            throw error
        }
    }

    private func command(_ announcement: Announcement) -> RedisCommand {
        guard case .job(let job, let priority) = announcement else {
            return RedisCommand("PUBLISH", keys.channel(announcement.channel), announcement.payload)
        }
        let stream = RedisKeys.stream(priority)
        return RedisCommand("XADD", stream, "MAXLEN", "~", Self.longestStream, "*", "job", "\(job)")
    }

    // MARK: - Pub/Sub

    private func listen(
        _ receive: @Sendable (_ channel: String, _ payload: String) -> Void
    ) async throws(RedisError) {
        while true {
            guard let reply = try await listening.receive(within: Self.hold) else {
                // Nothing was said: is it still there? The answer comes like a message.
                try await ping(receive)
                continue
            }
            pass(reply, receive)
        }
    }

    private func ping(_ receive: @Sendable (_ channel: String, _ payload: String) -> Void) async throws(RedisError) {
        var reply: RedisReply? = try await listening.run(RedisCommand("PING"))
        // A message may have come before the answer.
        while let message = reply, message.array?.first?.text != "pong" {
            pass(message, receive)
            reply = try await listening.receive(within: Self.hold)
        }
        guard reply != nil else { throw RedisError(.timeout, "no reply to PING") }
    }

    private func pass(_ reply: RedisReply, _ receive: (_ channel: String, _ payload: String) -> Void) {
        // Confirmations of subscriptions come in between.
        guard let parts = reply.array, parts.count == 3, parts[0].text == "message",
            let channel = parts[1].text.flatMap({ keys.name(of: $0) }), let payload = parts[2].text
        else { return }
        receive(channel, payload)
    }

    // MARK: - Jobs

    /// Asks for jobs while claims wait, and for no more than there are claims: what nobody here waits for is for others.
    private func takeJobs() async throws(RedisError) {
        while !Task.isCancelled {
            let arrivals = claims.arrivals.count
            let wanted = claims.count
            guard wanted > 0 else {
                await claims.arrivals.wait(since: arrivals, until: .now + .seconds(60))
                continue
            }
            let streams = RedisKeys.streams + RedisKeys.streams.map { _ in ">" }
            let question = RedisCommand(
                "XREADGROUP",
                [
                    "GROUP", RedisKeys.group, consumer, "COUNT", "\(min(wanted, Self.mostEntries))",
                    "BLOCK", "\(Self.hold.components.seconds * 1000)", "STREAMS",
                ] + streams
            )
            try await offer(StreamEntries.read(try await waiting.run(question, holding: Self.hold)))
        }
        throw RedisError(.cancelled, "the task was cancelled")
    }

    /// Takes over what servers took that have died since.
    private func takeOver() async throws(RedisError) {
        while true {
            do { try await Task.sleep(for: min(Self.reclaimInterval, entryIdle)) } catch {
                throw RedisError(.cancelled, "the task was cancelled")
            }
            for priority in JobPriority.allCases {
                let reply = try await commands.run(
                    RedisCommand(
                        "XAUTOCLAIM",
                        RedisKeys.stream(priority),
                        RedisKeys.group,
                        consumer,
                        "\(entryIdle.components.seconds * 1000)",
                        "0",
                        "COUNT",
                        "\(Self.mostEntries)"
                    )
                )
                try await offer(StreamEntries.takenOver(reply, priority))
            }
        }
    }

    /// Offers those whose jobs still wait, and acknowledges the others: entries of jobs that were claimed without anybody
    /// having waited for them lie in the streams until then.
    private func offer(_ read: [StreamEntries.Read]) async throws(RedisError) {
        guard !read.isEmpty else { return }
        let named = read.compactMap(\.job)
        // A claim finds out by itself when the database does not say now.
        let waiting = (try? await jobs.claimable(among: named)) ?? Set(named)
        let (live, stale) = read.reduce(into: ([JobHint](), [StreamEntry]())) { parts, read in
            if let job = read.job, waiting.contains(job) {
                parts.0.append(JobHint(job: job, entry: read.entry))
            } else {
                parts.1.append(read.entry)
            }
        }
        claims.offer(live)
        try await tell(stale.map { .acknowledge($0) })
    }

    private func tellOutcomes() async throws(RedisError) {
        while !Task.isCancelled {
            let count = claims.news.count
            try await tell(claims.takeOutcomes())
            await claims.news.wait(since: count, until: .now + .seconds(60))
        }
        throw RedisError(.cancelled, "the task was cancelled")
    }

    private func tell(_ outcomes: [WaitingClaims.Outcome]) async throws(RedisError) {
        guard !outcomes.isEmpty else { return }
        let told = outcomes.flatMap { outcome in
            switch outcome {
            // It is of no use afterwards, so it goes.
            case .acknowledge(let entry):
                [
                    RedisCommand("XACK", RedisKeys.stream(entry.priority), RedisKeys.group, entry.id),
                    RedisCommand("XDEL", RedisKeys.stream(entry.priority), entry.id),
                ]
            // To all, once: who hears it looks, and passes nothing on.
            case .passOn(let job): [RedisCommand("PUBLISH", keys.channel(.jobs), "\(job)")]
            }
        }
        for reply in try await commands.run(told) { try reply.get() }
    }

    // MARK: - The group

    /// From the first entry on: what was added while there was no group is not lost.
    private func makeGroup(of stream: String) async throws(RedisError) {
        let made = RedisCommand("XGROUP", "CREATE", stream, RedisKeys.group, "0", "MKSTREAM")
        guard case .error(let message)? = try await commands.run([made]).first else { return }
        guard message.hasPrefix("BUSYGROUP") else { throw RedisError(.refused, message) }
    }

    /// Every start is a new consumer. What dead ones left is taken over by others long before they are forgotten here.
    private func forgetDeadConsumers(of stream: String) async throws(RedisError) {
        let reply = try await commands.run(RedisCommand("XINFO", "CONSUMERS", stream, RedisKeys.group))
        for consumer in reply.array ?? [] {
            let facts = consumer.array ?? []
            func fact(_ name: String) -> RedisReply? {
                facts.firstIndex { $0.text == name }.flatMap { $0 + 1 < facts.count ? facts[$0 + 1] : nil }
            }
            guard let name = fact("name")?.text, fact("pending") == .integer(0),
                case .integer(let idle)? = fact("idle"), idle > Self.forgottenAfter
            else { continue }
            try await commands.run(RedisCommand("XGROUP", "DELCONSUMER", stream, RedisKeys.group, name))
        }
    }

    /// What ends `body`, which only ends by throwing.
    private func failing(_ body: () async throws(RedisError) -> Void) async -> RedisError {
        do throws(RedisError) {
            try await body()
            return RedisError(.closed, "the session has ended")
        } catch {
            return error
        }
    }
}
