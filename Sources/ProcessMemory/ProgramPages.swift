import CLinux
import Foundation
import Glibc

/// The pages of the program and its libraries that this process holds.
package enum ProgramPages {
    /// Lets go of those that are as they are in their files. Most of them only starting has needed; the kernel maps 64 KB around each
    /// that is used, and all of it counts as this process's memory for as long as it lives. What is used again is mapped again, out
    /// of the system's cache, at a microsecond or two a time.
    package static func release() {
        // A debugger writes its breakpoints into these pages.
        guard !isTraced else { return }
        vlog_each_segment { start, length, isWritable in
            if !isWritable { madvise(start, length, MADV_DONTNEED) }
        }
    }

    private static var isTraced: Bool {
        // Files of /proc have no size, of which `String(contentsOfFile:)` makes one read.
        guard let file = FileHandle(forReadingAtPath: "/proc/self/status"), let status = try? file.readToEnd() else {
            return true
        }
        return status.range(of: Data("TracerPid:\t0\n".utf8)) == nil
    }
}
