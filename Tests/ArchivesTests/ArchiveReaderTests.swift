import Archives
import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ArchiveReaderTests {
    private static let files: [(name: String, content: [UInt8])] = [
        ("1080p/init.mp4", Array("init".utf8)), ("1080p/segment_0.m4s", (0..<700_000).map { UInt8($0 % 251) }),
        ("1080p/segment_1.m4s", [UInt8](repeating: 0, count: 512)), ("empty.vtt", []),
        ("\(String(repeating: "a", count: 64))/\(String(repeating: "b", count: 60)).m4s", [1, 2, 3]),
        ("master.m3u8", Array("#EXTM3U\n".utf8)),
    ]

    /// What the writer makes of the files.
    private static func written() -> [UInt8] {
        let entries = files.map { file in
            ArchiveWriter.Entry(name: file.name, size: Int64(file.content.count), sha256: "digest of \(file.name)")
        }
        var writer = ArchiveWriter()
        var bytes = writer.begin()
        for (entry, file) in zip(entries, files) {
            bytes += writer.head(of: entry)
            for start in stride(from: 0, to: file.content.count, by: ArchiveWriter.piece) {
                bytes += writer.content(Array(file.content[start...].prefix(ArchiveWriter.piece)))
            }
            bytes += writer.tail(of: entry)
        }
        bytes += writer.end()
        #expect(Int64(bytes.count) == ArchiveWriter.length(of: entries))
        return bytes
    }

    @Test(arguments: [1, 1000, 65_536, 10_000_000])
    func whatTheWriterWritesTheReaderReads(size: Int) {
        let trace = ArchiveTrace(archive: Self.written()) { size }
        #expect(trace.error == nil)
        #expect(trace.entries.map(\.head.name) == Self.files.map(\.name))
        #expect(trace.entries.map(\.content) == Self.files.map(\.content))
        #expect(trace.entries.map(\.head.sha256) == Self.files.map { "digest of \($0.name)" })
    }

    @Test func tarUnpacksWhatTheWriterWrites() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending("a.tar.gz")
            try Data(Self.written()).write(to: URL(filePath: file.string))
            try await Self.run("gzip", "-t", file.string)
            try await Self.run("tar", "-xzf", file.string, "-C", folder.string)
            for (name, content) in Self.files {
                let unpacked = try Data(contentsOf: URL(filePath: folder.pushing(FilePath(name)).string))
                #expect(Array(unpacked) == content)
            }
        }
    }

    @Test(arguments: ["ustar", "pax", "gnu"])
    func theReaderReadsWhatTarWrites(format: String) async throws {
        try await withTemporaryDirectory { folder in
            let source = folder.appending("source")
            for (name, content) in Self.files where name.utf8.count <= 100 {
                let target = source.pushing(FilePath(name))
                let parent = target.removingLastComponent().string
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
                try Data(content).write(to: URL(filePath: target.string))
            }
            let archive = folder.appending("a.tar.gz").string
            try await Self.run("tar", "--format=\(format)", "--sort=name", "-czf", archive, "-C", source.string, ".")
            let trace = ArchiveTrace(archive: Array(try Data(contentsOf: URL(filePath: archive)))) { 4096 }
            #expect(trace.error == nil)
            let found = trace.entries.filter { $0.head.kind == .file }
            let expected = Self.files.filter { $0.name.utf8.count <= 100 }.sorted { $0.name < $1.name }
            #expect(found.map(\.head.name) == expected.map { "./\($0.name)" })
            #expect(found.map(\.content) == expected.map(\.content))
        }
    }

    @Test func damageAnywhereIsFound() {
        let whole = TestArchive().file("a.mp4", (0..<5000).map { UInt8(truncatingIfNeeded: $0 * 7 ^ $0 >> 3) }).ended()
            .gzipped
        for offset in [0, 1, 2, 10, 40, whole.count / 2, whole.count - 8, whole.count - 1] {
            var bytes = whole
            bytes[offset] ^= 0xFF
            #expect(ArchiveTrace(archive: bytes) { 100 }.error?.code == .damaged, "at \(offset)")
        }
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect(ArchiveTrace(archive: Array(whole.prefix(length))) { 100 }.error?.code == .damaged)
        }
    }

    @Test(arguments: [1, 7, 100_000])
    func anythingBehindTheMemberIsRefused(size: Int) {
        let whole = TestArchive().file("a.mp4").ended().gzipped
        let second = TestArchive().file("b.mp4").ended().gzipped
        for more in [second, TestArchive.gzip([]), [0], Array("PK".utf8)] {
            let trace = ArchiveTrace(archive: whole + more) { size }
            #expect(trace.error?.message.contains("behind the end of the gzip member") == true)
        }
        // An archive in two members, as `cat a.gz b.gz` makes.
        let tar = TestArchive().file("a.mp4").ended().bytes
        let halves = TestArchive.gzip(Array(tar.prefix(700))) + TestArchive.gzip(Array(tar.dropFirst(700)))
        #expect(ArchiveTrace(archive: halves) { size }.error?.code == .damaged)
    }

    @Test func bombsAreRefusedBeforeTheyGoOff() {
        let zeros = [UInt8](repeating: 0, count: 8 << 20)
        let bomb = TestArchive().file("a.mp4", zeros).ended().gzipped
        #expect(bomb.count < 10_000)
        var limits = ArchiveLimits()
        limits.slack = 1 << 20
        let trace = ArchiveTrace(archive: bomb, limits: limits) { 512 }
        #expect(trace.error?.code == .tooLarge)
        #expect(trace.error?.message.contains("50 times") == true)
        #expect(trace.entries.map(\.content.count).reduce(0, +) <= 1 << 20 + 50 * bomb.count)
        limits = ArchiveLimits()
        limits.bytes = 2 << 20
        #expect(ArchiveTrace(archive: bomb, limits: limits) { 512 }.error?.message.contains("2097152 bytes") == true)
        #expect(ArchiveTrace(archive: bomb) { 512 }.error == nil)
    }

    @Test func oneEntryTooManyIsRefused() {
        var limits = ArchiveLimits()
        limits.entries = 3
        let three = TestArchive().file("a.mp4").entry("x/", type: "5").file("b.mp4")
        #expect(ArchiveTrace(archive: three.ended().gzipped, limits: limits) { 512 }.error == nil)
        let trace = ArchiveTrace(archive: three.file("c.mp4").ended().gzipped, limits: limits) { 512 }
        #expect(trace.error == ArchiveError(.tooLarge, entry: "c.mp4", "is one too many: an archive has at most 3."))
    }

    private static func run(_ program: String, _ arguments: String...) async throws {
        let result = try await Subprocess.run(
            .name(program),
            arguments: Arguments(arguments),
            output: .discarded,
            error: .string(limit: 65_536)
        )
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
    }
}
