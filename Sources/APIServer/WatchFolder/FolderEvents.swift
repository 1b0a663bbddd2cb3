import CLinux
import Glibc
import Synchronization
import SystemPackage
import ThreadExecutor

/// Tells of files that were closed after writing, or moved into a folder, by inotify(7). What it tells is a reason to look
/// into the folder and nothing more: events get lost when they are many, and network disks have none.
final class FolderEvents: Sendable {
    /// More names than that are forgotten: without their events, files wait longer.
    private static let mostNames = 10_000
    private static let mask: UInt32 = [
        UInt32(IN_CLOSE_WRITE), UInt32(IN_MOVED_TO), UInt32(IN_DELETE_SELF), UInt32(IN_MOVE_SELF), UInt32(IN_ONLYDIR),
    ].reduce(0, |)

    private let source: EventSource
    private let closed = Mutex<Set<FilePath.Component>>([])
    private let watched = Mutex<Int32?>(nil)
    private let thread = ThreadExecutor(name: "folder-events")

    /// Throws when the system gives no more of these to this user.
    init() throws(Errno) { source = try EventSource() }

    /// Calls `notify` on a thread of its own whenever something has happened, until `stop`.
    func start(_ notify: @escaping @Sendable () -> Void) {
        thread.submit {
            while let names = self.source.next() {
                self.closed.withLock { closed in
                    if closed.count + names.count <= Self.mostNames { closed.formUnion(names) }
                }
                notify()
            }
        }
    }

    func stop() { source.stop() }

    /// Watches the folder that the path leads to now, and no other. Costs little when that is the one already.
    func watch(_ path: FilePath) throws(Errno) {
        let added = path.withPlatformString { inotify_add_watch(source.events.rawValue, $0, Self.mask) }
        guard added >= 0 else { throw Errno(rawValue: errno) }
        let former = watched.withLock { watched in
            defer { watched = added }
            return watched
        }
        // Fails for a folder that was removed, which nobody watches any more.
        if let former, former != added { inotify_rm_watch(source.events.rawValue, former) }
    }

    /// The names that were closed, or moved here, since the last call.
    func takeClosed() -> Set<FilePath.Component> {
        closed.withLock { closed in
            defer { closed = [] }
            return closed
        }
    }
}

/// The descriptors, closed when neither the watcher nor its thread needs them.
private final class EventSource: Sendable {
    let events: FileDescriptor
    private let wakeUp: FileDescriptor
    private let wake: FileDescriptor

    init() throws(Errno) {
        let events = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard events >= 0 else { throw Errno(rawValue: errno) }
        var ends: [Int32] = [0, 0]
        guard vlog_pipe(&ends) == 0 else {
            let error = Errno(rawValue: errno)
            close(events)
            throw error
        }
        self.events = FileDescriptor(rawValue: events)
        (wakeUp, wake) = (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
    }

    deinit {
        for descriptor in [events, wakeUp, wake] { try? descriptor.close() }
    }

    func stop() { _ = try? wake.writeAll([1]) }

    /// Waits for events and returns the names in them, of which an overflow has none; nil when it was stopped.
    func next() -> Set<FilePath.Component>? {
        while true {
            var requests = [events, wakeUp].map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
            let count = poll(&requests, nfds_t(requests.count), -1)
            guard count >= 0 || errno == EINTR, requests[1].revents == 0 else { return nil }
            if count > 0, let names = read() { return names }
        }
    }

    /// Nil when there was nothing.
    private func read() -> Set<FilePath.Component>? {
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 8) { buffer in
            guard let count = try? events.read(into: buffer), count > 0 else { return nil }
            return Self.names(in: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    private static func names(in events: UnsafeRawBufferPointer) -> Set<FilePath.Component> {
        let head = MemoryLayout<inotify_event>.size
        var names: Set<FilePath.Component> = []
        var rest = events
        while rest.count >= head {
            let length = Int(rest.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
            // Filled up with zeros, of which there is at least one.
            let name = rest[head..<min(head + length, rest.count)].prefix { $0 != 0 }
            if let name = FilePath.Component(platformString: name.map { CChar(bitPattern: $0) } + [0]) {
                names.insert(name)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[min(head + length, rest.count)...])
        }
        return names
    }
}
