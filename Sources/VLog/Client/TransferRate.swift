import Foundation

/// Turns bytes sent so far into "12.0 MiB of 40.0 MiB, 8.1 MiB/s, 0:04 left".
struct TransferRate: Sendable {
    let total: Int64
    private let start = ContinuousClock.now

    init(total: Int64) { self.total = total }

    func remark(_ sent: Int64) -> String {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let amounts = "\(TextFormat.bytes(sent)) of \(TextFormat.bytes(total))"
        guard seconds > 0.5, sent > 0 else { return amounts }
        let rate = Double(sent) / seconds
        let left = TextFormat.duration(Double(total - sent) / rate)
        return "\(amounts), \(TextFormat.bytes(Int64(rate)))/s, \(left) left"
    }
}
