/// A moof with its mdat.
struct Fragment: Sendable, Equatable {
    /// Decode time of the first sample, in ticks.
    let start: Int
    let samples: [Sample]
    /// The samples' bytes, one after another without a gap.
    let payload: [UInt8]

    var duration: Int { samples.reduce(0) { $0 + $1.duration } }
}
