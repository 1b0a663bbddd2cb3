import Glibc

/// Something a `ThreadExecutor` runs.
enum ThreadWork {
    /// The executor comes along because an actor may let go of it within its last job.
    case job(UnownedJob, ThreadExecutor)
    case closure(@Sendable () -> Void)

    func run() {
        switch self {
        case .job(let job, let executor): job.runSynchronously(on: executor.asUnownedSerialExecutor())
        case .closure(let work): work()
        }
    }
}

/// A queue with many writers and one reader, which sleeps while the queue is empty.
///
/// `@unchecked Sendable`: `waiting` and `stopped` are touched under `mutex` only.
final class ThreadWorkQueue: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var waiting: [ThreadWork] = []
    private var stopped = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func push(_ work: ThreadWork) {
        pthread_mutex_lock(mutex)
        waiting.append(work)
        pthread_mutex_unlock(mutex)
        pthread_cond_signal(condition)
    }

    func stop() {
        pthread_mutex_lock(mutex)
        stopped = true
        pthread_mutex_unlock(mutex)
        pthread_cond_signal(condition)
    }

    /// Everything that is queued, oldest first; waits for something to come. Nil once stopped and empty.
    func takeAll() -> [ThreadWork]? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while waiting.isEmpty {
            if stopped { return nil }
            pthread_cond_wait(condition, mutex)
        }
        let batch = waiting
        waiting = []
        return batch
    }
}
