import Foundation

@testable import Packaging

/// Everything that a packager returned for a clip, in order.
struct Packaged {
    private(set) var returned: [PackagedFile] = []
    private(set) var packager: LadderPackager

    /// Feeds all tracks by turns, each time with as many bytes as `next` says.
    init(_ clip: Clip, gopsPerSegment: Int = 3, next: () -> Int = { 65_536 }) throws {
        packager = try LadderPackager(tracks: clip.descriptions, gopsPerSegment: gopsPerSegment)
        var rest = clip.streams.map { $0[...] }
        var open = Set(rest.indices)
        while !open.isEmpty {
            for index in open.sorted() {
                let id = clip.descriptions[index].id
                let piece = rest[index].prefix(next())
                rest[index] = rest[index].dropFirst(piece.count)
                returned += try packager.append(Array(piece), to: id)
                guard rest[index].isEmpty else { continue }
                returned += try packager.finish(track: id)
                open.remove(index)
            }
        }
        returned += try packager.finish()
    }

    /// The last version of every file.
    var files: [String: [UInt8]] {
        Dictionary(returned.map { ($0.path, $0.bytes) }) { $1 }
    }

    func text(_ path: String) -> String { String(decoding: files[path] ?? [], as: UTF8.self) }

    func lines(_ path: String) -> [String] { text(path).split(separator: "\n").map(String.init) }

    /// Every version of a playlist, oldest first.
    func versions(of path: String) -> [String] {
        returned.filter { $0.path == path }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// Segments of a folder by number.
    func segments(_ folder: String) -> [[UInt8]] {
        let files = files
        return (0...).lazy.map { files["\(folder)/segment_\($0).m4s"] }.prefix { $0 != nil }.compactMap(\.self)
    }

    func write(to folder: URL) throws {
        for (path, bytes) in files {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(bytes).write(to: file)
        }
    }

    /// The fragments that a segment holds, read back.
    func fragments(_ folder: String) throws -> [[Fragment]] {
        var parser = FragmentParser()
        _ = try parser.append((files["\(folder)/init.mp4"] ?? [])[...])
        return try segments(folder).map { segment in
            try parser.append(segment[...]).compactMap { event in
                guard case .fragment(let fragment) = event else { return nil }
                return fragment
            }
        }
    }
}
