import Foundation

/// How much memory this process may use.
package enum MemoryShare {
    /// The machine's memory in bytes, or what the control group allows when that is less (`memory.max`, Linux cgroup v2):
    /// in a container, a job that needs more is killed.
    package static var bytes: Int64 {
        let quota = try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8)
        return min(quota.flatMap(allowance) ?? .max, Int64(clamping: ProcessInfo.processInfo.physicalMemory))
    }

    /// The short side of the largest source whose ladder so much memory holds; nil for any. A ladder of 1080p was measured
    /// to take up to 1.1 GB and one of 2160p up to 1.8 GB (`docs/performance.md`); more is for what the source itself needs.
    package static func largestSource(in bytes: Int64) -> Int? {
        switch bytes {
        case ..<(3 << 29): 1080
        case ..<(5 << 29): 1440
        case ..<(5 << 30): 2160
        default: nil
        }
    }

    /// Nil for `max`.
    static func allowance(_ text: String) -> Int64? { Int64(text.trimmingCharacters(in: .whitespacesAndNewlines)) }
}
