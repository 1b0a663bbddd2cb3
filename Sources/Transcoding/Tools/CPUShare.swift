import Foundation

/// How many threads this process may keep busy.
package enum CPUShare {
    /// The cores it may run on, or what its control group allows when that is less (`cpu.max`, Linux cgroup v2):
    /// in a container, ffmpeg would count the cores of the whole machine.
    package static var threads: Int {
        let quota = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8)
        return min(max(1, quota.flatMap(allowance) ?? .max), ProcessInfo.processInfo.activeProcessorCount, 16)
    }

    /// Reads `200000 100000`, microseconds of work per period, as 2; nil for `max 100000`.
    static func allowance(_ text: String) -> Int? {
        let numbers = text.split(whereSeparator: \.isWhitespace).map { Double($0) }
        guard numbers.count == 2, let work = numbers[0], let period = numbers[1], period > 0 else { return nil }
        return Int((work / period).rounded(.up))
    }
}
