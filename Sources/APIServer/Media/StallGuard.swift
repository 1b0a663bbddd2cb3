import NIOCore

/// Closes a connection whose client takes no bytes for too long, so that idle readers cannot hold files and
/// descriptors for ever. Lives on the connection's event loop.
struct StallGuard {
    /// How long a client may take nothing at all; a player that has enough still lets the system's buffer drain.
    static let limit = TimeAmount.seconds(60)
    private let channel: any Channel

    init(_ channel: any Channel) { self.channel = channel }

    /// Looks after the connection until a write is over.
    func watch(until written: EventLoopFuture<Void>) {
        let state = NIOLoopBound(State(waiting: waiting), eventLoop: channel.eventLoop)
        guard state.value.waiting > 0 else { return }
        let check = channel.eventLoop.scheduleRepeatedTask(initialDelay: StallGuard.limit, delay: StallGuard.limit) {
            _ in
            let left = waiting
            if left >= state.value.waiting { channel.close(promise: nil) }
            state.value.waiting = left
        }
        written.whenComplete { _ in check.cancel() }
    }

    /// Bytes that the client has yet to take; none when the connection cannot say so any more.
    private var waiting: Int { (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

    private final class State {
        var waiting: Int
        init(waiting: Int) { self.waiting = waiting }
    }
}
