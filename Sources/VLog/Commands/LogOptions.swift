import ArgumentParser
import Foundation
import Logging
import Observability

/// How much is logged, and how; shared by the commands that serve.
struct LogOptions: ParsableArguments {
    @Option(
        help: "trace, debug, info, notice, warning, error or critical (VLOG_LOG_LEVEL).",
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else { throw ValidationError("'\(text)' is not a level") }
            return level
        }
    )
    var logLevel: Logger.Level?

    @Option(help: "text or json (VLOG_LOG_FORMAT).")
    var logFormat: LogFormat?

    /// Starts logging and metrics; once per process.
    func bootstrap() -> PrometheusRegistry {
        let environment = ProcessInfo.processInfo.environment
        return Bootstrap.start(
            level: logLevel ?? environment["VLOG_LOG_LEVEL"].flatMap(Logger.Level.init(rawValue:)) ?? .info,
            format: logFormat ?? environment["VLOG_LOG_FORMAT"].flatMap(LogFormat.init(rawValue:)) ?? .text
        )
    }
}

extension LogFormat: ExpressibleByArgument {}
