import Logging

@testable import JobRunner

/// Keeps every line that is logged, of every level.
final class LogRecord: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        /// The message and all metadata.
        let text: String
    }

    private struct Handler: LogHandler {
        let record: LogRecord
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
            record.lines.change { $0.append(Line(level: event.level, text: "\(event.message) \(all)")) }
        }
    }

    let lines = Watched<[Line]>([])

    var logger: Logger { Logger(label: "test") { _ in Handler(record: self) } }
}
