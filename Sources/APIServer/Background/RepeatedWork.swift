import Logging
import ServiceLifecycle

/// Something that the server does by itself: once at the start, then whenever the bell rings, or after the interval.
/// A failure is logged, and left to the next time.
struct RepeatedWork: Service {
    let name: String
    let interval: Duration
    let bell: Doorbell
    let logger: Logger
    let work: @Sendable () async throws -> Void

    init(
        _ name: String,
        every interval: Duration,
        orWhen bell: Doorbell = Doorbell(),
        logger: Logger,
        _ work: @escaping @Sendable () async throws -> Void
    ) {
        self.name = name
        self.interval = interval
        self.bell = bell
        self.logger = logger
        self.work = work
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let count = bell.count
                await once()
                await bell.wait(since: count, until: .now + interval)
            }
        }
    }

    private func once() async {
        do {
            try await work()
        } catch {
            if Task.isCancelled { return }
            logger.warning("background work failed", metadata: ["work": "\(name)", "error": "\(error)"])
        }
    }
}
