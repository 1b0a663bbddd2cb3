import Logging
import Metrics

/// Start-up of logging and metrics; called once, first thing, by the executable.
package enum Bootstrap {
    /// Log lines go to standard error, metrics into the returned registry.
    package static func start(level: Logger.Level, format: LogFormat) -> PrometheusRegistry {
        LoggingSystem.bootstrap { label in LineLogHandler(label: label, level: level, format: format) }
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        return registry
    }
}
