import CLinux
import Foundation

/// How many threads this process may keep busy.
package enum CPUShare {
    /// The cores it may run on (`taskset`, a cpuset), or what its control group allows when that is less (`cpu.max`,
    /// Linux cgroup v2). Foundation counts the cores of the whole machine, and so would ffmpeg.
    package static var cores: Int {
        let counted = Int(vlog_usable_cores())
        let usable = counted > 0 ? counted : ProcessInfo.processInfo.processorCount
        let quota = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8)
        return max(1, min(quota.flatMap(allowance) ?? .max, usable))
    }

    /// How many an encoder is given.
    package static var threads: Int { min(cores, 16) }

    /// Reads `200000 100000`, microseconds of work per period, as 2; nil for `max 100000`.
    static func allowance(_ text: String) -> Int? {
        let numbers = text.split(whereSeparator: \.isWhitespace).map { Double($0) }
        guard numbers.count == 2, let work = numbers[0], let period = numbers[1], period > 0 else { return nil }
        return Int((work / period).rounded(.up))
    }
}
