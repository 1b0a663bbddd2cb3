import Foundation

@testable import Packaging

/// A folder in memory, which tests can change.
struct MemoryFiles: MediaFiles {
    var files: [String: [UInt8]]
    var origin: String?

    init(_ files: [String: [UInt8]]) { self.files = files }

    init(_ packaged: Packaged) { files = packaged.files }

    /// Everything in a real folder.
    init(folder: URL) throws {
        files = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let file = folder.appending(path: name)
            if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile ?? false {
                files[name] = [UInt8](try Data(contentsOf: file))
            }
        }
    }

    func read(_ path: MediaPath, range: Range<Int>?, limit: Int) throws(MediaFileError) -> [UInt8] {
        guard let bytes = files[path.description] else { throw .missing }
        let part = range.map { bytes[min($0.lowerBound, bytes.count)..<min($0.upperBound, bytes.count)] } ?? bytes[...]
        guard part.count <= limit else { throw .tooLarge }
        return Array(part)
    }

    func list() -> [MediaPath]? { files.keys.compactMap(MediaPath.init).sorted() }

    func report() async throws -> ConformanceReport {
        var checker = ConformanceChecker(files: self)
        return try await checker.check()
    }

    // Ways to break things.

    func text(_ name: String) -> String { String(decoding: files[name] ?? [], as: UTF8.self) }

    mutating func replace(_ old: String, with new: String, in name: String) {
        files[name] = Array(text(name).replacingOccurrences(of: old, with: new).utf8)
    }

    /// Only where the text stands first.
    mutating func replaceFirst(_ old: String, with new: String, in name: String) {
        var text = text(name)
        if let range = text.range(of: old) { text.replaceSubrange(range, with: new) }
        files[name] = Array(text.utf8)
    }

    mutating func remove(line prefix: String, in name: String) {
        let lines = text(name).split(separator: "\n").filter { !$0.hasPrefix(prefix) }
        files[name] = Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// Makes a segment larger and nothing else: its last mdat may be longer than the samples in it.
    mutating func pad(_ name: String, by count: Int) {
        guard var bytes = files[name], let last = PlacedBox.walk(bytes).boxes.last else { return }
        let size = UInt32(last.size + count)
        for index in 0..<4 { bytes[last.offset + index] = UInt8(truncatingIfNeeded: size >> UInt32(24 - 8 * index)) }
        files[name] = bytes + [UInt8](repeating: 0, count: count)
    }

    /// Changes bytes at a distance from the nth place where a box type stands.
    mutating func patch(_ type: String, _ occurrence: Int = 0, at offset: Int, _ bytes: [UInt8], in name: String) {
        guard var content = files[name] else { return }
        let mark = Array(type.utf8)
        let places = content.indices.dropLast(3).filter { content[$0..<$0 + 4].elementsEqual(mark) }
        guard places.indices.contains(occurrence) else { return }
        for (index, byte) in bytes.enumerated() { content[places[occurrence] + offset + index] = byte }
        files[name] = content
    }
}

extension ConformanceReport {
    var broken: Set<String> { Set(failures.map(\.rule.id)) }

    var brokenMusts: Set<String> { Set(failures.filter { $0.rule.severity == .must }.map(\.rule.id)) }
}
