import Foundation
import Glibc

/// The pages of the program and its libraries that this process holds.
enum ProgramPages {
    /// Lets go of those that are as they are in their files: most of them only starting has needed, and they count as this process's
    /// memory for as long as it lives. What is used again is mapped again, out of the system's cache.
    static func release() {
        // Files of /proc have no size, of which `String(contentsOfFile:)` makes one read.
        guard let file = FileHandle(forReadingAtPath: "/proc/self/smaps"), let mappings = try? file.readToEnd() else {
            return
        }
        for mapping in unchangedMappings(String(decoding: mappings, as: UTF8.self)) {
            guard let start = UnsafeMutableRawPointer(bitPattern: mapping.lowerBound) else { continue }
            madvise(start, mapping.count, MADV_DONTNEED)
        }
    }

    /// The addresses of the mappings of files that cannot be written to and of which no page has ever been, out of the text of
    /// `/proc/PID/smaps` (proc(5)). Those that the loader has relocated are not among them: what it wrote would be lost.
    static func unchangedMappings(_ smaps: String) -> [Range<UInt>] {
        var found: [Range<UInt>] = []
        var candidate: Range<UInt>?
        for line in smaps.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            if words.first?.hasSuffix(":") == false {
                if let last = candidate { found.append(last) }
                candidate = mapping(words)
            } else if words.count >= 2, words[0] == "Anonymous:", words[1] != "0" {
                candidate = nil
            }
        }
        if let last = candidate { found.append(last) }
        return found
    }

    /// Of a line as `7f00-7f10 r-xp 00000000 08:01 1234 /usr/lib/libc.so`; nil for one that may be written to or is no file's.
    private static func mapping(_ words: [Substring]) -> Range<UInt>? {
        guard words.count >= 6, words[1].hasPrefix("r"), !words[1].contains("w"), words[5].hasPrefix("/") else {
            return nil
        }
        let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        guard ends.count == 2, ends[0] < ends[1] else { return nil }
        return ends[0]..<ends[1]
    }
}
