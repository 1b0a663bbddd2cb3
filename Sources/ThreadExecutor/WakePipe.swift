import Glibc

/// Wakes a thread that waits in `poll(2)`.
package final class WakePipe: Sendable {
    private let ends: (read: Int32, write: Int32)

    /// The end to poll.
    package var descriptor: Int32 { ends.read }

    package init() {
        var ends: [Int32] = [-1, -1]
        // Without a pipe nobody is woken; the thread then looks around at its next time limit.
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
        }
        self.ends = (ends[0], ends[1])
    }

    deinit {
        close(ends.read)
        close(ends.write)
    }

    /// Stays in force until somebody waits, and for whoever waits after that.
    package func wake() {
        _ = write(ends.write, "!", 1)
    }
}
