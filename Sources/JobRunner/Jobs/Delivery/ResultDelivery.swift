import VLogCore

/// How what a transcode makes gets to the server.
protocol ResultDelivery: Sendable {
    /// Takes a file over. Throws what keeps it, or an earlier one, from getting there.
    func store(_ path: OutputPath, _ content: [UInt8]) async throws

    /// Takes over how far the attempt has come.
    func keep(_ checkpoint: TranscodeCheckpoint) async throws

    /// What can be gone on from: the checkpoint as far as the server has its very files.
    func takingUp(_ checkpoint: TranscodeCheckpoint) -> TranscodeCheckpoint

    /// Runs `make`, which stores, and returns when all that it has stored has arrived.
    func delivering(
        _ make: @escaping @Sendable () async throws -> JobTranscodingResult
    ) async throws -> JobTranscodingResult

    /// Every file of the result: what was stored, and what an earlier attempt had.
    func files(with resumed: [OutputPath]) -> [OutputFileBody]
}

/// The ways of a runner to deliver.
package enum UploadMode: String, Sendable, CaseIterable {
    /// Each file as soon as it is made.
    case segments
    /// All in one archive, when the last one is made.
    case archive
}
