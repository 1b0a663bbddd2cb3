import Synchronization

/// What the running ffmpeg last said, shared between the tasks that read its two outputs and the one that judges.
final class EncoderStatus: Sendable {
    private struct State: Sendable {
        var progress = FFmpegProgress()
        var log = LogTail()
    }

    private let state = Mutex(State())

    var progress: FFmpegProgress { state.withLock { $0.progress } }
    var logTail: String { state.withLock { $0.log.text } }

    func append(progress line: String) { state.withLock { $0.progress.read(line) } }
    func append(log bytes: [UInt8]) { state.withLock { $0.log.append(bytes) } }
}
