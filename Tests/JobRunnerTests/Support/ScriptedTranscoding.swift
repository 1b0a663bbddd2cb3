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
    }

    let script: @Sendable (Work) async throws -> Void

    func transcode(
        _ source: FilePath,
        profile: TranscodeProfile,
        scratch: FilePath,
        store: @escaping @Sendable (OutputPath, [UInt8]) async throws -> Void,
        report: @escaping @Sendable (ProgressReport) async -> Void
    ) async throws -> JobTranscodingResult {
        try await script(Work(source: source, scratch: scratch, store: store, report: report))
        return JobTranscodingResult(duration: 12, renditions: [.small])
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
