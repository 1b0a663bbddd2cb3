import Foundation
import Synchronization
import SystemPackage

/// Progress on standard error: one line that is redrawn on a terminal, else a plain line at each tenth.
final class ProgressDisplay: Sendable {
    private struct State {
        var label = ""
        var lastTenth = -1
        var lastDrawn: ContinuousClock.Instant?
        var isLineOpen = false
    }

    private static let width = 28
    private let isTerminal: Bool
    private let state = Mutex(State())

    init(isTerminal: Bool = isatty(STDERR_FILENO) == 1) { self.isTerminal = isTerminal }

    /// Shows `label` at `fraction` (0 to 1) with a remark behind it, such as a rate.
    func show(_ label: String, _ fraction: Double, remark: String = "") {
        let fraction = min(max(fraction, 0), 1)
        let text = state.withLock { state -> String? in
            if state.label != label {
                state = State(label: label, isLineOpen: state.isLineOpen)
            }
            return isTerminal ? draw(&state, fraction, remark) : tenth(&state, fraction, remark)
        }
        if let text { StandardError.write(text) }
    }

    /// Ends the line that is being redrawn, so that something else can be printed.
    func finish() {
        let wasOpen = state.withLock { state in
            defer { state = State() }
            return state.isLineOpen
        }
        if wasOpen { StandardError.write("\n") }
    }

    private func draw(_ state: inout State, _ fraction: Double, _ remark: String) -> String? {
        let now = ContinuousClock.now
        if let last = state.lastDrawn, now - last < .milliseconds(100), fraction < 1 { return nil }
        state.lastDrawn = now
        state.isLineOpen = true
        let full = Int(fraction * Double(ProgressDisplay.width))
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: ProgressDisplay.width - full)
        return "\r\u{1b}[2K\(state.label)  \(bar)  \(percent(fraction))  \(remark)"
    }

    private func tenth(_ state: inout State, _ fraction: Double, _ remark: String) -> String? {
        let tenth = Int(fraction * 10)
        guard tenth > state.lastTenth else { return nil }
        state.lastTenth = tenth
        return "\(state.label): \(percent(fraction))\(remark.isEmpty ? "" : " (\(remark))")\n"
    }

    private func percent(_ fraction: Double) -> String { "\(Int(fraction * 100))%" }
}
