import Glibc
import Synchronization
import SystemPackage
import VLogCore

@testable import Transcoding

/// A sink that does what a test says and remembers the paths.
final class ClosureSink: OutputSink {
    private let body: @Sendable (OutputPath) async throws -> Void
    private let stored = Mutex<[OutputPath]>([])

    init(_ body: @escaping @Sendable (OutputPath) async throws -> Void = { _ in }) { self.body = body }

    var paths: [OutputPath] { stored.withLock { $0 } }

    func put(_ path: OutputPath, _ bytes: [UInt8]) async throws {
        try await body(path)
        stored.withLock { $0.append(path) }
    }
}

/// The running programs whose command line names a path.
func processes(naming path: FilePath) throws -> [pid_t] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [pid_t] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard let pid = pid_t(name), let file = fopen("/proc/\(pid)/cmdline", "r") else { continue }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = fread(&bytes, 1, bytes.count, file)
        if String(decoding: bytes.prefix(count), as: UTF8.self).contains(path.string) { found.append(pid) }
    }
    return found
}
