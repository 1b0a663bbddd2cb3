/// Bits per second of a track.
struct Bandwidth: Sendable, Equatable {
    /// Over the worst run of segments.
    var peak: Int
    var average: Int

    static let none = Bandwidth(peak: 0, average: 0)

    static func + (left: Bandwidth, right: Bandwidth) -> Bandwidth {
        Bandwidth(peak: left.peak + right.peak, average: left.average + right.average)
    }

    /// The larger of each.
    func merging(_ other: Bandwidth) -> Bandwidth {
        Bandwidth(peak: max(peak, other.peak), average: max(average, other.average))
    }
}
