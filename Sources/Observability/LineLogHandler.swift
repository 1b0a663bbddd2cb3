import Foundation
import Logging
import Synchronization

/// How log lines are written to standard error.
package enum LogFormat: String, Sendable, CaseIterable {
    /// `2026-11-24T00:11:16.123Z info job claimed job.id=7`: for people and for grep.
    case text
    /// One JSON object a line: for log collectors.
    case json
}

/// Writes each message as one line with one `write(2)`, so that lines of several threads and processes do not mix.
package struct LineLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: LogFormat
    private let write: @Sendable (String) -> Void

    /// `write` takes one whole line, its newline included; it is standard error unless a test looks on.
    package init(
        label: String,
        level: Logger.Level,
        format: LogFormat,
        write: @escaping @Sendable (String) -> Void = LineLogHandler.writeToStandardError
    ) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var merged = metadata
        if let provided = metadataProvider?.get() { merged.merge(provided) { _, new in new } }
        if let own = event.metadata { merged.merge(own) { _, new in new } }
        let time = Date().formatted(.iso8601.time(includingFractionalSeconds: true).timeZone(separator: .omitted))
        switch format {
        case .text: write(textLine(event, merged, time: time))
        case .json: write(jsonLine(event, merged, time: time))
        }
    }

    private func textLine(_ event: LogEvent, _ metadata: Logger.Metadata, time: String) -> String {
        var line = "\(time) \(event.level) \(event.message)"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(LineLogHandler.quoted("\(value)"))"
        }
        return line + "\n"
    }

    private func jsonLine(_ event: LogEvent, _ metadata: Logger.Metadata, time: String) -> String {
        var object = metadata.mapValues { "\($0)" }
        object["time"] = time
        object["level"] = "\(event.level)"
        object["message"] = "\(event.message)"
        object["logger"] = label
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(object) else { return textLine(event, metadata, time: time) }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// Quotes what would break `key=value`; a newline from outside can never start a line of its own.
    private static func quoted(_ text: String) -> String {
        let plain = text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 && $0 != "\"" && $0 != "=" }
        guard !plain || text.isEmpty else { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 32 || scalar.value == 127: result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    package static let writeToStandardError: @Sendable (String) -> Void = { line in
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }
}
