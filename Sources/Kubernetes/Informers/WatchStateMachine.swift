/// What an informer does next. Pure: it is told what happened and answers with what to do and how long to wait before.
struct WatchStateMachine {
    enum Step: Equatable {
        case list
        case watch(from: String)
    }

    /// Why a watch or a list came to its end.
    enum Ending {
        /// The server ended the watch, as it does after the time that was asked for.
        case closed
        case failed(KubernetesError)
    }

    /// A watch that lived so long has shown that the server is well.
    private static let healthy: Duration = .seconds(120)
    /// One that the server closes faster than this, without an event, is not to be repeated at once.
    private static let suspicious: Duration = .seconds(1)

    private(set) var step = Step.list
    private var backoff = Backoff(first: .milliseconds(800), ceiling: .seconds(10))
    private var sawEvent = false

    mutating func listed(at version: String) {
        step = .watch(from: version)
        sawEvent = false
    }

    mutating func saw(version: String) {
        step = .watch(from: version)
        sawEvent = true
    }

    /// How long to wait before the next step.
    mutating func ended(_ ending: Ending, after life: Duration) -> Duration {
        if life >= Self.healthy { backoff.reset() }
        defer { sawEvent = false }
        switch ending {
        case .closed:
            guard life >= Self.suspicious || sawEvent else { return backoff.next() }
            return .zero
        case .failed(let error):
            // What was seen so far stays valid but where it ends is forgotten: only a list tells what is missing.
            if error.code == .expired || error.code == .badAnswer { step = .list }
            let pause = backoff.next()
            return error.retryAfter.map { max($0, pause) } ?? pause
        }
    }
}
