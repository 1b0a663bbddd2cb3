import CoreMetrics
import Testing

@testable import Observability

@Suite struct PrometheusRegistryTests {
    @Test func countersWithTheSameLabelsAreOneSeries() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "vlog_uploads_total", dimensions: [("outcome", "accepted")]).increment(by: 2)
        registry.makeCounter(label: "vlog_uploads_total", dimensions: [("outcome", "accepted")]).increment(by: 3)
        registry.makeCounter(label: "vlog_uploads_total", dimensions: [("outcome", "refused")]).increment(by: 1)
        #expect(
            registry.render() == """
                # HELP vlog_uploads_total Uploads by outcome.
                # TYPE vlog_uploads_total counter
                vlog_uploads_total{outcome="accepted"} 5
                vlog_uploads_total{outcome="refused"} 1

                """
        )
    }

    @Test func histogramBucketsAreCumulative() {
        let registry = PrometheusRegistry()
        let timer = registry.makeTimer(label: "vlog_http_request_duration_seconds", dimensions: [])
        timer.recordNanoseconds(2_000_000)
        timer.recordNanoseconds(700_000_000)
        timer.recordNanoseconds(7_200_000_000_000)
        let lines = registry.render().split(separator: "\n")
        #expect(lines.contains("vlog_http_request_duration_seconds_bucket{le=\"0.001\"} 0"))
        #expect(lines.contains("vlog_http_request_duration_seconds_bucket{le=\"0.005\"} 1"))
        #expect(lines.contains("vlog_http_request_duration_seconds_bucket{le=\"1\"} 2"))
        #expect(lines.contains("vlog_http_request_duration_seconds_bucket{le=\"+Inf\"} 3"))
        #expect(lines.contains("vlog_http_request_duration_seconds_count 3"))
    }

    @Test func labelValuesCannotBreakTheFormat() {
        let registry = PrometheusRegistry()
        registry.makeMeter(label: "vlog_jobs", dimensions: [("state", "a\"b\\c\nd")]).set(Double(1.5))
        #expect(registry.render().contains(#"vlog_jobs{state="a\"b\\c\nd"} 1.5"#))
    }

    @Test func destroyedSeriesDisappear() {
        let registry = PrometheusRegistry()
        let meter = registry.makeMeter(label: "vlog_jobs", dimensions: [])
        registry.destroyMeter(meter)
        #expect(registry.render().isEmpty)
    }
}
