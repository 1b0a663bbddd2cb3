import Logging
import Synchronization

/// Says once that the server is away and once that it is back, however often it is asked in between.
final class OutageLog: Sendable {
    private struct State {
        var since: ContinuousClock.Instant?
        var wasToldOf = false
        var lastWarning: ContinuousClock.Instant?
    }

    /// A server that comes and goes gets one warning in this time.
    private static let quiet: Duration = .seconds(60)

    private let logger: Logger
    private let board: RunnerStatusBoard
    private let state = Mutex(State())

    init(board: RunnerStatusBoard, logger: Logger) {
        self.board = board
        self.logger = logger
    }

    /// Counts failures that say something about the server or the key; refusals of one request do not.
    func note(_ error: WorkerAPIError) {
        guard error.code == .unavailable || error.code == .unauthorised else { return reached() }
        board.setReachable(false)
        let now = ContinuousClock.now
        let mayWarn = state.withLock { state in
            guard state.since == nil else { return false }
            state.since = now
            state.wasToldOf = state.lastWarning.map { now - $0 >= Self.quiet } ?? true
            if state.wasToldOf { state.lastWarning = now }
            return state.wasToldOf
        }
        let level: Logger.Level = !mayWarn ? .debug : error.code == .unauthorised ? .error : .warning
        logger.log(
            level: level,
            "worker api unavailable",
            metadata: ["error.code": "\(error.code.rawValue)", "error": "\(error)"]
        )
    }

    func reached() {
        board.setReachable(true)
        let since = state.withLock { state in
            defer { state.since = nil }
            return state.wasToldOf ? state.since : nil
        }
        guard let since else { return }
        let duration = (ContinuousClock.now - since).components
        let milliseconds = duration.seconds * 1000 + duration.attoseconds / 1_000_000_000_000_000
        logger.info("worker api reached again", metadata: ["duration.ms": "\(milliseconds)"])
    }
}
