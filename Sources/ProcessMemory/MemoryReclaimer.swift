import CLinux
import ServiceLifecycle

/// Gives back to the system what starting has needed of memory, and later, from time to time, what a busy hour has: a server, a
/// runner and PostgreSQL share one machine with whatever else its owner runs there.
package struct MemoryReclaimer: Service {
    package init() {}

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            try await Task.sleep(for: .seconds(5))
            while true {
                malloc_trim(0)
                ProgramPages.release()
                try await Task.sleep(for: .seconds(300))
            }
        }
    }
}
