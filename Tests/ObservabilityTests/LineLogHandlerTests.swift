import Foundation
import Logging
import Synchronization
import Testing

@testable import Observability

@Suite struct LineLogHandlerTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private func log(_ format: LogFormat, _ body: (Logger) -> Void) -> [String] {
        let lines = Lines()
        var logger = Logger(label: "test") { label in
            LineLogHandler(label: label, level: .info, format: format) { line in lines.all.withLock { $0.append(line) }
            }
        }
        logger[metadataKey: "request.id"] = "r1"
        body(logger)
        return lines.all.withLock { $0 }
    }

    @Test func textLineEndsWithSortedMetadata() {
        let lines = log(.text) { $0.info("job claimed", metadata: ["job.id": "7", "attempt": "1"]) }
        #expect(lines.count == 1)
        #expect(lines[0].hasSuffix(" info job claimed attempt=1 job.id=7 request.id=r1\n"))
    }

    @Test func newlinesFromOutsideStayOnOneLine() {
        let lines = log(.text) { $0.warning("upload refused", metadata: ["file": "a\nb info forged=1\u{1b}[2J"]) }
        #expect(lines[0].filter(\.isNewline).count == 1)
        #expect(lines[0].contains(#"file="a\nb info forged=1\u{1b}[2J""#))
    }

    @Test func jsonLineIsOneObject() throws {
        let lines = log(.json) { $0.error("disk full", metadata: ["free": "0"]) }
        let object = try JSONDecoder().decode([String: String].self, from: Data(lines[0].utf8))
        #expect(object["message"] == "disk full")
        #expect(object["level"] == "error")
        #expect(object["free"] == "0")
        #expect(object["request.id"] == "r1")
    }

    @Test func messagesBelowTheLevelAreNotWritten() {
        #expect(log(.text) { $0.debug("step") }.isEmpty)
    }
}
