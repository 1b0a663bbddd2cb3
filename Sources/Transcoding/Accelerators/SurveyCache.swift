import Foundation
import Logging
import SystemPackage
import VLogCore

/// A survey that is kept in a file, so that a runner starts at once where nothing has changed since.
package struct SurveyCache: Sendable {
    private struct Stored: Codable {
        var identity: String
        var report: EncoderReport
    }

    private let survey: EncoderSurvey
    private let file: FilePath
    private let environment: [String: String]
    private let logger: Logger

    /// `file` is made when there is something to keep; its folder must exist then.
    package init(
        tools: MediaTools,
        file: FilePath,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        logger: Logger
    ) {
        survey = EncoderSurvey(tools: tools)
        self.file = file
        self.environment = environment
        self.logger = logger
    }

    /// The kept report when it is of this machine as it is, else a new one. One in which a card failed is not kept, for
    /// it may have been busy. Throws what `EncoderSurvey.run` throws.
    package func report() async throws -> EncoderReport {
        let identity = MachineIdentity(
            ffmpeg: "\(survey.tools.ffmpeg) \(try await survey.tools.version())",
            nodes: RenderNode.all,
            environment: environment
        ).text
        if let stored = stored, stored.identity == identity { return stored.report }
        let clock = ContinuousClock()
        let start = clock.now
        let report = try await survey.run()
        let milliseconds = Int((clock.now - start) / .milliseconds(1))
        let working = report.findings.filter(\.works).map(\.encoder)
        logger.info(
            "encoders surveyed",
            metadata: ["encoders": "\(working.joined(separator: " "))", "duration.ms": "\(milliseconds)"]
        )
        if !report.findings.contains(where: \.mayPass) { keep(Stored(identity: identity, report: report)) }
        return report
    }

    private var stored: Stored? {
        // A file that cannot be read, or not understood any more, is as good as none.
        FileManager.default.contents(atPath: file.string).flatMap { data in
            try? JSONCoding.decoder().decode(Stored.self, from: data)
        }
    }

    private func keep(_ stored: Stored) {
        do {
            try Data(JSONCoding.bytes(of: stored)).write(to: URL(filePath: file.string), options: .atomic)
        } catch {
            logger.debug("survey not kept", metadata: ["error": "\(error)"])
        }
    }
}
