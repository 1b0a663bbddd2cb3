import CLinux
import Glibc
import Packaging
import Synchronization
import SystemPackage
import ThreadExecutor

/// Named pipes that one program writes and we read, all of them together on one thread, so that none is ever left
/// full while the program waits in it and the others starve.
///
/// The reading ends are open before the program starts. They are closed when the set goes away, or with this process:
/// the program's next write then fails with EPIPE and it ends by itself.
actor PipeSet {
    enum Event: Sendable {
        case bytes(TrackID, [UInt8])
        case ended(TrackID)
    }

    private struct Pipe {
        let track: TrackID
        let descriptor: FileDescriptor
    }

    private let thread = ThreadExecutor(name: "ffmpeg-pipes")
    private let paths: [FilePath]
    private var pipes: [Pipe]
    private let alarm: PipeAlarm

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Makes one pipe per track in `folder`, which must be ours alone.
    init(_ tracks: [(track: TrackID, path: FilePath)]) throws(Errno) {
        alarm = try PipeAlarm()
        paths = tracks.map(\.path)
        pipes = []
        for (track, path) in tracks {
            guard mkfifo(path.string, 0o600) == 0 else { throw Errno(rawValue: errno) }
            pipes.append(Pipe(track: track, descriptor: try PipeSet.openForReading(path)))
        }
    }

    /// Closes and removes the pipes. A program that still writes gets EPIPE.
    func close() {
        for pipe in pipes { try? pipe.descriptor.close() }
        pipes = []
        for path in paths { unlink(path.string) }
    }

    /// Waits until something can be read and returns it; empty when every pipe has ended. Throws `CancellationError`
    /// soon after the task was cancelled.
    func next() async throws -> [Event] {
        try await withTaskCancellationHandler {
            while !pipes.isEmpty {
                try Task.checkCancellation()
                let events = try readReady()
                if !events.isEmpty { return events }
            }
            return []
        } onCancel: {
            alarm.ring()
        }
    }

    /// The program is gone: a pipe that holds nothing more has ended, even one that it never opened.
    nonisolated func writerEnded() { alarm.writerEnded() }

    private func readReady() throws -> [Event] {
        var requests = pipes.map { pollfd(fd: $0.descriptor.rawValue, events: Int16(POLLIN), revents: 0) }
        requests.append(pollfd(fd: alarm.readingEnd.rawValue, events: Int16(POLLIN), revents: 0))
        let isOver = alarm.isOver
        guard poll(&requests, nfds_t(requests.count), isOver ? 0 : -1) >= 0 else {
            if errno == EINTR { return [] }
            throw Errno(rawValue: errno)
        }
        alarm.reset()
        var events: [Event] = []
        for (pipe, request) in zip(pipes, requests) where request.revents != 0 || isOver {
            if let event = try read(pipe) { events.append(event) }
        }
        return events
    }

    private func read(_ pipe: Pipe) throws -> Event? {
        do {
            let bytes = try [UInt8](unsafeUninitializedCapacity: PipeSet.readLength) { buffer, count in
                count = try pipe.descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            guard bytes.isEmpty else { return .bytes(pipe.track, bytes) }
        } catch Errno.wouldBlock {
            return nil
        }
        pipes.removeAll { $0.track == pipe.track }
        try pipe.descriptor.close()
        return .ended(pipe.track)
    }

    private static let readLength = 256 << 10

    /// Non-blocking, so that opening does not wait for the program.
    private static func openForReading(_ path: FilePath) throws(Errno) -> FileDescriptor {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
            // A larger buffer wakes both sides less often; the system may refuse it, and nothing depends on it.
            _ = vlog_set_pipe_size(descriptor.rawValue, 1 << 20)
            return descriptor
        } catch let error as Errno {
            throw error
        } catch {
            throw Errno.ioError
        }
    }
}

/// Wakes a `poll` from another thread.
final class PipeAlarm: Sendable {
    let readingEnd: FileDescriptor
    private let writingEnd: FileDescriptor
    private let over = Mutex(false)

    init() throws(Errno) {
        var ends: [Int32] = [0, 0]
        guard vlog_pipe(&ends) == 0 else { throw Errno(rawValue: errno) }
        readingEnd = FileDescriptor(rawValue: ends[0])
        writingEnd = FileDescriptor(rawValue: ends[1])
    }

    deinit {
        try? readingEnd.close()
        try? writingEnd.close()
    }

    var isOver: Bool { over.withLock { $0 } }

    func writerEnded() {
        over.withLock { $0 = true }
        ring()
    }

    /// A full pipe is a ringing alarm already, so a failed write is no loss.
    func ring() { _ = try? writingEnd.writeAll([1]) }

    func reset() {
        var byte: [UInt8] = [0]
        while read(readingEnd.rawValue, &byte, 1) > 0 {}
    }
}
