import CoreMetrics
import Synchronization

/// A label of a series; the value is escaped when it is rendered.
struct Label: Hashable, Comparable {
    let name: String
    let value: String

    var text: String {
        let escaped = value.flatMap { character -> String in
            switch character {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            default: String(character)
            }
        }
        return "\(name)=\"\(String(escaped))\""
    }

    static func < (left: Label, right: Label) -> Bool { (left.name, left.value) < (right.name, right.value) }
}

extension [Label] {
    /// `{a="1",b="2"}`, or nothing.
    func text(adding extra: Label? = nil) -> String {
        let all = (self + (extra.map { [$0] } ?? [])).map(\.text)
        return all.isEmpty ? "" : "{\(all.joined(separator: ","))}"
    }
}

/// One line, or one histogram, of the rendered text.
protocol PrometheusSeries: AnyObject, Sendable {
    var type: String { get }
    func render(name: String, labels: [Label], into text: inout String)
}

final class CounterSeries: PrometheusSeries, CounterHandler, FloatingPointCounterHandler {
    let type = "counter"
    private let value = Mutex(0.0)

    func increment(by amount: Int64) { value.withLock { $0 += Double(amount) } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func reset() { value.withLock { $0 = 0 } }

    func render(name: String, labels: [Label], into text: inout String) {
        text += "\(name)\(labels.text()) \(number(value.withLock { $0 }))\n"
    }
}

final class GaugeSeries: PrometheusSeries, MeterHandler, RecorderHandler {
    let type = "gauge"
    private let value = Mutex(0.0)

    func set(_ new: Int64) { value.withLock { $0 = Double(new) } }
    func set(_ new: Double) { value.withLock { $0 = new } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ new: Int64) { set(new) }
    func record(_ new: Double) { set(new) }

    func render(name: String, labels: [Label], into text: inout String) {
        text += "\(name)\(labels.text()) \(number(value.withLock { $0 }))\n"
    }
}

/// Fixed buckets from a millisecond to an hour: enough for a request and for a transcode.
final class HistogramSeries: PrometheusSeries, TimerHandler, RecorderHandler {
    static let bounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600]

    private struct State {
        var counts = [Int](repeating: 0, count: HistogramSeries.bounds.count)
        var count = 0
        var sum = 0.0
    }

    let type = "histogram"
    private let state = Mutex(State())

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        state.withLock { state in
            state.count += 1
            state.sum += value
            if let bucket = HistogramSeries.bounds.firstIndex(where: { value <= $0 }) { state.counts[bucket] += 1 }
        }
    }

    func render(name: String, labels: [Label], into text: inout String) {
        let state = state.withLock { $0 }
        var below = 0
        for (bound, count) in zip(HistogramSeries.bounds, state.counts) {
            below += count
            text += "\(name)_bucket\(labels.text(adding: Label(name: "le", value: number(bound)))) \(below)\n"
        }
        text += "\(name)_bucket\(labels.text(adding: Label(name: "le", value: "+Inf"))) \(state.count)\n"
        text += "\(name)_sum\(labels.text()) \(number(state.sum))\n"
        text += "\(name)_count\(labels.text()) \(state.count)\n"
    }
}

/// Whole numbers without a fraction, as Prometheus itself writes them.
private func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
}
