import CoreMetrics
import Synchronization

/// A metrics factory that keeps everything in memory and renders it as the Prometheus text format
/// (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4).
package final class PrometheusRegistry: MetricsFactory, Sendable {
    /// `Content-Type` of `render()`.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private struct Key: Hashable, Comparable {
        let name: String
        let labels: [Label]

        static func < (left: Key, right: Key) -> Bool {
            left.name == right.name
                ? left.labels.lexicographicallyPrecedes(right.labels) : left.name < right.name
        }
    }

    private let series = Mutex<[Key: any PrometheusSeries]>([:])

    package init() {}

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        obtain(label, dimensions, make: CounterSeries.init)
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        obtain(label, dimensions, make: CounterSeries.init)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        obtain(label, dimensions, make: GaugeSeries.init)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return obtain(label, dimensions, make: GaugeSeries.init) }
        return obtain(label, dimensions, make: HistogramSeries.init)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        obtain(label, dimensions, make: HistogramSeries.init)
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    /// All series, sorted by name, each name once with its help and type.
    package func render() -> String {
        let all = series.withLock { $0 }.sorted { $0.key < $1.key }
        var text = ""
        var previous: String?
        for (key, series) in all {
            if key.name != previous {
                let help = MetricName(rawValue: key.name)?.help ?? "No description."
                text += "# HELP \(key.name) \(help)\n# TYPE \(key.name) \(series.type)\n"
                previous = key.name
            }
            series.render(name: key.name, labels: key.labels, into: &text)
        }
        return text
    }

    /// The series under this name and these labels; a second request for them, whatever handler asks, gets the same
    /// one. A name that is asked for as two kinds keeps its first kind; the second goes nowhere.
    private func obtain<Series: PrometheusSeries>(
        _ name: String,
        _ dimensions: [(String, String)],
        make: () -> Series
    ) -> Series {
        let key = Key(name: name, labels: dimensions.map { Label(name: $0.0, value: $0.1) })
        return series.withLock { series in
            if let known = series[key] as? Series { return known }
            let new = make()
            if series[key] == nil { series[key] = new }
            return new
        }
    }

    private func remove(_ handler: AnyObject) {
        series.withLock { series in series = series.filter { $0.value !== handler } }
    }
}
