import Glibc
import SystemPackage
import TestSupport

/// A folder and a port that nothing may touch. The kernel says whether something did.
final class Trap {
    let folder: FilePath
    let port: UInt16
    private let watch: CInt
    private let listener: CInt

    /// Whatever is in the folder by now may have been opened before.
    init(folder: FilePath) throws {
        self.folder = folder
        watch = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard watch >= 0, inotify_add_watch(watch, folder.string, UInt32(IN_OPEN)) >= 0 else {
            throw TestSupportError("cannot watch \(folder): \(String(cString: strerror(errno)))")
        }
        (listener, port) = try Trap.listen()
    }

    deinit {
        close(watch)
        close(listener)
    }

    /// Whether a file of the folder, or the folder, was opened.
    var wasOpened: Bool {
        var event = [UInt8](repeating: 0, count: 4096)
        return read(watch, &event, event.count) > 0
    }

    /// Whether somebody connected to the port.
    var wasCalled: Bool {
        let caller = accept(listener, nil, nil)
        guard caller >= 0 else { return false }
        close(caller)
        return true
    }

    private static func listen() throws -> (CInt, UInt16) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let listener = socket(AF_INET, kind, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && Glibc.listen(listener, 8) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw TestSupportError("cannot listen: \(String(cString: strerror(errno)))") }
        return (listener, UInt16(bigEndian: address.sin_port))
    }
}
