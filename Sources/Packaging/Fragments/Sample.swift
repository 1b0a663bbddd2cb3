/// One coded frame of a fragment. All values come from 32-bit fields, so that sums over a fragment cannot overflow.
struct Sample: Sendable, Equatable {
    /// Ticks.
    var duration: Int
    /// Bytes.
    var size: Int
    /// Ticks from decode time to presentation time, before the edit list.
    var compositionOffset: Int
    var isSync: Bool
}
