import ArgumentParser
import Foundation
import Logging
import SystemPackage
import Transcoding
import VLogCore

/// What a runner encodes with. Each option has a `VLOG_*` variable; the option wins.
struct EncodeOptions: ParsableArguments {
    @Option(
        help: """
            What encodes: auto, cpu, nvidia, vaapi or qsv (VLOG_ACCELERATOR; auto, the best that works here). \
            `vlog doctor` says what works.
            """
    )
    var accelerator: String?

    @Option(help: "Encoders that the card may run at once (VLOG_GPU_SESSIONS; 8 on a GeForce, else unlimited).")
    var gpuSessions: Int?

    /// Tries every encoder, unless that is known of this machine from an earlier start. Throws when an option makes no
    /// sense, or names an accelerator that does not work here.
    func choice(
        tools: MediaTools,
        scratch: FilePath,
        _ environment: [String: String],
        logger: Logger
    ) async throws -> AcceleratorChoice {
        let (wanted, sessions) = try wishes(environment)
        try FileManager.default.createDirectory(atPath: scratch.string, withIntermediateDirectories: true)
        let cache = SurveyCache(
            tools: tools,
            file: scratch.appending("encoders.json"),
            environment: environment,
            logger: logger
        )
        let report = try await cache.report()
        guard let wanted else { return AcceleratorChoice(report: report, sessionLimit: sessions) }
        return try AcceleratorChoice(wanted, report: report, sessionLimit: sessions)
    }

    /// Throws when an option makes no sense, whatever works here.
    func check(_ environment: [String: String]) throws { _ = try wishes(environment) }

    private func wishes(_ environment: [String: String]) throws -> (accelerator: Accelerator?, sessions: Int?) {
        (
            try EncodeOptions.accelerator(accelerator ?? environment["VLOG_ACCELERATOR"]),
            try EncodeOptions.sessions(gpuSessions.map(String.init) ?? environment["VLOG_GPU_SESSIONS"])
        )
    }

    /// Nil for `auto`, and when nothing is said.
    static func accelerator(_ text: String?) throws -> Accelerator? {
        guard let text, !text.isEmpty, text != "auto" else { return nil }
        guard let accelerator = Accelerator(rawValue: text) else {
            throw StartError("'\(text)' is no accelerator; there are auto, cpu, nvidia, vaapi and qsv.")
        }
        return accelerator
    }

    static func sessions(_ text: String?) throws -> Int? {
        guard let text, !text.isEmpty else { return nil }
        guard let count = Int(text), count > 0 else {
            throw StartError("--gpu-sessions: '\(text)' is not a number above 0.")
        }
        return count
    }
}
