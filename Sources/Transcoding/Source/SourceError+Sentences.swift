extension SourceError {
    static let soundOnly = SourceError(.noPicture, "This file has sound but no picture.")

    /// Whether so much of the promised seconds is missing that it is no longer a header's inaccuracy.
    static func isShort(_ produced: Double, of promised: Double) -> Bool {
        produced < promised - max(1, min(10, promised / 50))
    }

    static func cutOff(at produced: Double, of promised: Double) -> SourceError {
        SourceError(.damaged, "The upload is cut off at \(clock(produced)) of \(clock(promised)). Upload it again.")
    }

    /// `0:12`, `1:02:03`.
    private static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.down))
        let (hours, minutes) = (whole / 3_600, whole / 60 % 60)
        let rest = two(whole % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(rest)" : "\(minutes):\(rest)"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
