import SystemPackage
import VLogCore

@testable import JobRunner

/// A transcoder that does what a test says, where ffmpeg would only take time.
struct ScriptedTranscoding: JobTranscoding {
    struct Work: Sendable {
        let source: FilePath
        let scratch: FilePath
        let store: @Sendable (OutputPath, [UInt8]) async throws -> Void
        let report: @Sendable (ProgressReport) async -> Void
        let resume: TranscodeCheckpoint?
        let keep: @Sendable (TranscodeCheckpoint) async throws -> Void
    }

    let script: @Sendable (Work) async throws -> Void
    let resumed: @Sendable () -> [OutputPath]

    init(
        script: @escaping @Sendable (Work) async throws -> Void,
        resumed: @escaping @Sendable () -> [OutputPath] = { [] }
    ) {
        self.script = script
        self.resumed = resumed
    }

    func transcode(
        _ source: FilePath,
        profile: TranscodeProfile,
        scratch: FilePath,
        resume: TranscodeCheckpoint?,
        output: JobOutput
    ) async throws -> JobTranscodingResult {
        try await script(
            Work(
                source: source,
                scratch: scratch,
                store: output.store,
                report: output.report,
                resume: resume,
                keep: output.keep
            )
        )
        return JobTranscodingResult(duration: 12, renditions: [.small], resumed: resumed())
    }
}

extension JobTranscoding where Self == ScriptedTranscoding {
    /// Stores `Fixture.files` and is done.
    static var quick: ScriptedTranscoding {
        ScriptedTranscoding { work in
            for (path, content) in Fixture.files { try await work.store(path, content) }
        }
    }

    /// Says nothing until it is cancelled, and notes both moments.
    static func silent(_ record: Watched<TranscoderState>) -> ScriptedTranscoding {
        ScriptedTranscoding { _ in
            record.change { $0 = .running }
            defer { record.change { $0 = .stopped } }
            try await Task.sleep(for: .seconds(3600))
        }
    }
}

enum TranscoderState: Sendable { case idle, running, stopped }
