/// Measures bit rates as RFC 8216bis section 1 ("peak segment bit rate") defines them.
struct BandwidthMeter {
    /// Something with a length in ticks and a size.
    struct Piece {
        let duration: Int
        let bytes: Int
    }

    private let timescale: Int
    private let targetDuration: Int

    init(timescale: Int, targetDuration: Int) {
        self.timescale = timescale
        self.targetDuration = targetDuration
    }

    /// The peak counts every run of pieces in a row that lasts 0.5 to 1.5 target durations; for less than that, the
    /// average. Rounded up; zero for nothing.
    func measure(_ pieces: [Piece]) -> Bandwidth {
        let average = rate(
            bytes: pieces.reduce(0) { $0 + $1.bytes },
            duration: pieces.reduce(0) { $0 + $1.duration }
        )
        var peak: Int?
        for index in pieces.indices {
            if let rate = highestRate(of: pieces[index...]) { peak = max(peak ?? 0, rate) }
        }
        return Bandwidth(peak: peak ?? average, average: average)
    }

    /// The highest rate of the allowed runs that begin at the first piece.
    private func highestRate(of pieces: ArraySlice<Piece>) -> Int? {
        var (bytes, duration) = (0, 0)
        var highest: Int?
        for piece in pieces {
            bytes += piece.bytes
            duration += piece.duration
            guard 2 * duration <= 3 * targetDuration * timescale else { break }
            guard 2 * duration >= targetDuration * timescale else { continue }
            highest = max(highest ?? 0, rate(bytes: bytes, duration: duration))
        }
        return highest
    }

    private func rate(bytes: Int, duration: Int) -> Int {
        guard duration > 0 else { return 0 }
        let bits = Int128(bytes) * 8 * Int128(timescale)
        return Int(clamping: (bits + Int128(duration) - 1) / Int128(duration))
    }
}
