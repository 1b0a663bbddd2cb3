import CHiredis
import Glibc
import ThreadExecutor

/// A hiredis context: owned by one `RedisConnection` and used on its thread only. Not Sendable. After any error it is of
/// no further use.
final class RedisHandle {
    /// Replies nested deeper, or larger, than any command of ours has.
    private static let mostElements = 100_000
    private static let deepest = 8
    /// The most that TLS gives at once.
    private static let pieceSize = 16 << 10

    private let raw: UnsafeMutablePointer<redisContext>
    /// What bytes go through when the server is asked for TLS.
    private var tls: TLSSession?
    /// Of what hiredis has queued, the bytes that `tls` has taken.
    private var sent = 0
    /// Bytes that come out of `tls`, until hiredis has them.
    private var buffer: [UInt8] = []

    /// Connects, which blocks for as long as the configuration allows.
    init(connecting configuration: RedisConfiguration) throws(RedisError) {
        // hiredis writes with write(2), and a signal of a broken pipe would end the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        let limit = configuration.connectTimeout.timeval
        let context =
            switch configuration.endpoint {
            case .tcp(let host, let port, _): redisConnectWithTimeout(host, Int32(port), limit)
            case .unix(let path): redisConnectUnixWithTimeout(path, limit)
            }
        guard let context else { throw RedisError(.connectionFailed, "out of memory") }
        raw = context
        guard raw.pointee.err == 0 else { throw RedisError(.connectionFailed, Self.message(of: raw)) }
        let flags = fcntl(raw.pointee.fd, F_GETFL)
        guard flags >= 0, fcntl(raw.pointee.fd, F_SETFL, flags | O_NONBLOCK) == 0,
            fcntl(raw.pointee.fd, F_SETFD, FD_CLOEXEC) == 0
        else { throw RedisError(.connectionFailed, "the socket cannot be set up") }
        // From here on we wait ourselves, with one limit for the whole reply; hiredis only reads what is there.
        raw.pointee.flags &= ~REDIS_BLOCK
        guard case .tcp(let host, _, let files) = configuration.endpoint else { return }
        redisEnableKeepAlive(raw)
        guard let files else { return }
        let tls = try TLSSession(over: raw.pointee.fd, to: host, files)
        try shakeHands(tls, within: configuration.connectTimeout)
        self.tls = tls
        buffer = Array(repeating: 0, count: Self.pieceSize)
    }

    private func shakeHands(_ tls: TLSSession, within limit: Duration) throws(RedisError) {
        let deadline = ContinuousClock.now + limit
        while case .waits(let event) = try tls.shakeHands() {
            guard wait(for: event, until: deadline) == .socket else { throw TLSSession.silence(limit) }
        }
    }

    deinit { redisFree(raw) }

    /// Queues a command; `flush` sends it.
    func append(_ command: RedisCommand) throws(RedisError) {
        let status = command.withPointers { values, lengths in
            redisAppendCommandArgv(raw, Int32(lengths.count), &values, lengths)
        }
        guard status == REDIS_OK else { throw failure() }
    }

    /// Sends what is queued.
    func flush(until deadline: ContinuousClock.Instant) throws(RedisError) {
        while let event = try send() {
            guard wait(for: event, until: deadline) == .socket else {
                throw RedisError(.timeout, "the server takes no commands")
            }
        }
    }

    /// Sends what the socket takes; nil when that is all, else what to wait for.
    private func send() throws(RedisError) -> Int32? {
        guard let tls else {
            var isDone: Int32 = 0
            guard redisBufferWrite(raw, &isDone) == REDIS_OK else { throw failure() }
            return isDone == 0 ? POLLOUT : nil
        }
        guard let queued = raw.pointee.obuf else { return nil }
        while sent < sdslen(queued) {
            switch try tls.write(UnsafeRawBufferPointer(start: queued + sent, count: sdslen(queued) - sent)) {
            case .done(let count): sent += count
            case .waits(let event): return event
            }
        }
        // As hiredis does it: what was large does not stay.
        sdsfree(queued)
        raw.pointee.obuf = sdsempty()
        sent = 0
        return nil
    }

    /// The next reply; nil when none came until the deadline, or `wakePipe` was woken.
    func reply(until deadline: ContinuousClock.Instant, orWoken wakePipe: WakePipe? = nil) throws(RedisError)
        -> RedisReply?
    {
        while true {
            if let reply = try parsed() { return reply }
            // TLS may have read more from the socket already than it has given out.
            if let tls {
                guard let event = try receive(from: tls) else { continue }
                guard wait(for: event, until: deadline, wakePipe) == .socket else { return nil }
            } else {
                guard wait(for: POLLIN, until: deadline, wakePipe) == .socket else { return nil }
                guard redisBufferRead(raw) == REDIS_OK else { throw failure() }
            }
        }
    }

    /// Gives hiredis what has come; nil when something has, else what to wait for.
    private func receive(from tls: TLSSession) throws(RedisError) -> Int32? {
        let read = buffer.withUnsafeMutableBytes { bytes in
            Result { () throws(RedisError) in try tls.read(into: bytes) }
        }
        switch try read.get() {
        case .waits(let event): return event
        case .done(let count):
            let status = buffer.withUnsafeBytes { bytes in
                redisReaderFeed(raw.pointee.reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), count)
            }
            guard status == REDIS_OK else { throw RedisError(.connectionLost, "the reply cannot be read") }
            return nil
        }
    }

    /// A reply that is complete already.
    private func parsed() throws(RedisError) -> RedisReply? {
        var reply: UnsafeMutableRawPointer?
        guard redisGetReplyFromReader(raw, &reply) == REDIS_OK else { throw failure() }
        guard let reply else { return nil }
        defer { freeReplyObject(reply) }
        return try Self.copy(reply.assumingMemoryBound(to: redisReply.self), depth: 0)
    }

    private static func copy(_ reply: UnsafePointer<redisReply>, depth: Int) throws(RedisError) -> RedisReply {
        let value = reply.pointee
        switch value.type {
        case REDIS_REPLY_STRING: return .bytes(bytes(of: value))
        case REDIS_REPLY_STATUS: return .status(String(decoding: bytes(of: value), as: UTF8.self))
        case REDIS_REPLY_ERROR: return .error(String(decoding: bytes(of: value), as: UTF8.self))
        case REDIS_REPLY_INTEGER: return .integer(value.integer)
        case REDIS_REPLY_NIL: return .null
        case REDIS_REPLY_ARRAY:
            guard depth < deepest, value.elements <= mostElements else {
                throw RedisError(.unexpectedReply, "a reply of \(value.elements) elements, \(depth) deep")
            }
            var elements: [RedisReply] = []
            for index in 0..<value.elements {
                guard let element = value.element?[index] else { continue }
                elements.append(try copy(element, depth: depth + 1))
            }
            return .array(elements)
        default: throw RedisError(.unexpectedReply, "a reply of the unknown type \(value.type)")
        }
    }

    private static func bytes(of reply: redisReply) -> [UInt8] {
        guard let start = reply.str else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: reply.len))
    }

    private enum Wake { case socket, pipe, deadline }

    private func wait(for event: Int32, until deadline: ContinuousClock.Instant, _ wakePipe: WakePipe? = nil) -> Wake {
        var requests = [pollfd(fd: raw.pointee.fd, events: Int16(event), revents: 0)]
        if let wakePipe { requests.append(pollfd(fd: wakePipe.descriptor, events: Int16(POLLIN), revents: 0)) }
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            // Rounded up, or the last millisecond would be spent asking.
            let limit = left > .zero ? Int32(clamping: left.milliseconds + 1) : 0
            let ready = poll(&requests, nfds_t(requests.count), limit)
            if ready > 0 { return requests.dropFirst().contains { $0.revents != 0 } ? .pipe : .socket }
            if limit == 0 { return .deadline }
        }
    }

    private func failure() -> RedisError { RedisError(.connectionLost, Self.message(of: raw)) }

    private static func message(of raw: UnsafeMutablePointer<redisContext>) -> String {
        withUnsafeBytes(of: &raw.pointee.errstr) { text in
            String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }

    fileprivate var timeval: timeval {
        Glibc.timeval(
            tv_sec: Int(components.seconds),
            tv_usec: Int(components.attoseconds / 1_000_000_000_000)
        )
    }
}
