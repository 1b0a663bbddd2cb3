/// A point or length in time as an exact fraction of a second; comparisons do not round.
struct MediaTime: Comparable, Sendable {
    let ticks: Int
    /// Ticks per second, above zero.
    let timescale: Int

    static let zero = MediaTime(ticks: 0, timescale: 1)

    var seconds: Double { Double(ticks) / Double(timescale) }

    /// Rounded to the nearest microsecond, which is what playlists carry.
    var microseconds: Int {
        let doubled = (Int128(ticks) * 2_000_000 + Int128(timescale)) / (2 * Int128(timescale))
        return Int(clamping: doubled)
    }

    static func < (left: MediaTime, right: MediaTime) -> Bool {
        Int128(left.ticks) * Int128(right.timescale) < Int128(right.ticks) * Int128(left.timescale)
    }

    static func == (left: MediaTime, right: MediaTime) -> Bool {
        Int128(left.ticks) * Int128(right.timescale) == Int128(right.ticks) * Int128(left.timescale)
    }
}
