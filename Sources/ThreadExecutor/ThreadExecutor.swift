import CLinux
import Foundation

/// One OS thread that runs an actor's jobs in order, so that blocking C calls never hold a thread of the shared pool.
///
/// The thread lives as long as the executor: work that was queued is still run after the last reference is gone.
package final class ThreadExecutor: SerialExecutor {
    private let queue = ThreadWorkQueue()

    /// - Parameter name: shown by debuggers and `top -H`; Linux cuts it after 15 bytes.
    package init(name: String) {
        let thread = Thread { [queue] in
            // `Thread.name` is not shown on Linux, and a thread has the name of the one that made it.
            vlog_name_thread(name)
            while let batch = queue.takeAll() {
                for work in batch { work.run() }
            }
        }
        thread.start()
    }

    deinit { queue.stop() }

    package func enqueue(_ job: consuming ExecutorJob) {
        queue.push(.job(UnownedJob(job), self))
    }

    /// Runs `work` on the thread after what is queued already; for callers that cannot suspend.
    package func submit(_ work: @escaping @Sendable () -> Void) {
        queue.push(.closure(work))
    }
}
