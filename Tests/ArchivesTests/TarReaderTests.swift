import Archives
import TestSupport
import Testing

@Suite struct TarReaderTests {
    private static let sample = TestArchive().entry("1080p/", type: "5").file("1080p/init.mp4", Array("init".utf8))
        .pax(TestArchive.record("path", "1080p/renamed.m4s") + TestArchive.record("VLOG.sha256", "ab"))
        .file("ignored", [UInt8](repeating: 7, count: 1024)).file("empty.mp4", [])
        .entry("segment_0.m4s", size: 3, content: [1, 2, 3], prefix: "720p").ended()

    @Test(arguments: [1, 2, 3, 511, 512, 513, 100_000])
    func entriesAreTheSameHoweverTheArchiveIsCut(size: Int) {
        let trace = ArchiveTrace(tar: Self.sample.bytes) { size }
        #expect(trace.error == nil)
        #expect(
            trace.entries.map(\.head.name) == [
                "1080p/", "1080p/init.mp4", "1080p/renamed.m4s", "empty.mp4", "720p/segment_0.m4s",
            ]
        )
        #expect(trace.entries.map(\.head.kind) == [.folder, .file, .file, .file, .file])
        #expect(trace.entries.map(\.content.count) == [0, 4, 1024, 0, 3])
        #expect(trace.entries.map(\.head.sha256) == [nil, nil, "ab", nil, nil])
    }

    @Test func everyPrefixIsIncomplete() {
        for length in stride(from: 0, to: Self.sample.bytes.count, by: 13) {
            let trace = ArchiveTrace(tar: Array(Self.sample.bytes.prefix(length))) { 700 }
            #expect(trace.error?.code == .damaged)
        }
    }

    @Test func aChangedByteInAHeaderIsFound() {
        for offset in [0, 50, 110, 130, 150, 200, 260, 300, 500] {
            let trace = ArchiveTrace(tar: TestArchive().file("a.mp4").ended().changed(at: offset).bytes) { 512 }
            #expect(trace.error?.code == .damaged, "at \(offset)")
            #expect(trace.entries.isEmpty)
        }
    }

    struct Hostile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let archive: TestArchive
        let code: ArchiveError.Code
        /// A word that the sentence must have.
        let word: String
    }

    private static let start = TestArchive().file("good.mp4")

    static let hostile: [Hostile] =
        [
            ("hard link", "1", "hard link"), ("symbolic link", "2", "symbolic link"),
            ("character device", "3", "device"),
            ("block device", "4", "device"), ("pipe", "6", "pipe"), ("contiguous", "7", "contiguous"),
            ("sparse", "S", "sparse"), ("GNU long name", "L", "long name"), ("GNU long link", "K", "long link"),
            ("global header", "g", "global"), ("unknown kind", "Z", "not known"),
        ].map { name, type, word in
            Hostile(
                testDescription: name,
                archive: start.entry("x.mp4", type: Character(type), link: "/etc/passwd").ended(),
                code: .forbidden,
                word: word
            )
        } + [
            Hostile(
                testDescription: "folder with content",
                archive: start.entry("folder/", type: "5", size: 512, content: [UInt8](repeating: 1, count: 512))
                    .ended(),
                code: .forbidden,
                word: "folder"
            ),
            Hostile(
                testDescription: "no name",
                archive: start.entry("").ended(),
                code: .forbidden,
                word: "without a name"
            ),
            Hostile(
                testDescription: "name that is not UTF-8",
                archive: start.pax(TestArchive.record("path", "x\u{0}.mp4")).file("x.mp4").ended(),
                code: .forbidden,
                word: "UTF-8"
            ),
            Hostile(
                testDescription: "binary size",
                archive: start.entry("x.mp4", sizeField: "\u{1}\u{0}\u{0}\u{0}").ended(),
                code: .damaged,
                word: "octal"
            ),
            Hostile(
                testDescription: "negative size",
                archive: start.entry("x.mp4", sizeField: "-1").ended(),
                code: .damaged,
                word: "octal"
            ),
            Hostile(
                testDescription: "pax header that is too long",
                archive: start.entry("pax", type: "x", size: 1 << 20).ended(),
                code: .tooLarge,
                word: "pax header"
            ),
            Hostile(
                testDescription: "empty pax header",
                archive: start.entry("pax", type: "x").ended(),
                code: .tooLarge,
                word: "pax header"
            ),
            Hostile(
                testDescription: "pax size beyond any number",
                archive: start.pax(TestArchive.record("size", "99999999999999999999")).file("x.mp4").ended(),
                code: .damaged,
                word: "number"
            ),
            Hostile(
                testDescription: "pax size below zero",
                archive: start.pax(TestArchive.record("size", "-5")).file("x.mp4").ended(),
                code: .damaged,
                word: "number"
            ),
            Hostile(
                testDescription: "pax sparse",
                archive: start.pax(TestArchive.record("GNU.sparse.major", "1")).file("x.mp4").ended(),
                code: .forbidden,
                word: "sparse"
            ),
            Hostile(
                testDescription: "pax key twice",
                archive: start.pax(TestArchive.record("path", "a.mp4") + TestArchive.record("path", "b.mp4"))
                    .file("x.mp4").ended(),
                code: .forbidden,
                word: "once"
            ),
            Hostile(
                testDescription: "two pax headers",
                archive: start.pax(TestArchive.record("path", "a.mp4")).pax(TestArchive.record("path", "b.mp4"))
                    .file("x.mp4").ended(),
                code: .damaged,
                word: "pax header"
            ),
            Hostile(
                testDescription: "pax header at the end",
                archive: start.pax(TestArchive.record("path", "a.mp4")).ended(),
                code: .damaged,
                word: "pax header"
            ),
            Hostile(
                testDescription: "old tar without a magic",
                archive: start.entry("x.mp4", magic: "").ended(),
                code: .damaged,
                word: "POSIX"
            ),
            Hostile(
                testDescription: "one block of zeros",
                archive: start.raw([UInt8](repeating: 0, count: 512)).file("x.mp4").ended(),
                code: .damaged,
                word: "zeros"
            ),
            Hostile(
                testDescription: "something behind the end",
                archive: start.ended().file("x.mp4"),
                code: .damaged,
                word: "behind the end"
            ),
            Hostile(
                testDescription: "zeros without end",
                archive: start.ended().raw([UInt8](repeating: 0, count: 2 << 20)),
                code: .damaged,
                word: "behind the end"
            ),
            Hostile(
                testDescription: "size longer than the archive",
                archive: start.entry("x.mp4", size: 1 << 30, content: [1, 2, 3]).ended(),
                code: .damaged,
                word: "in the middle"
            ),
        ]

    @Test(arguments: hostile)
    func whatIsNotTakenIsRefusedWithItsReason(hostile: Hostile) {
        for size in [1, 512, 1 << 20] {
            let trace = ArchiveTrace(tar: hostile.archive.bytes) { size }
            #expect(trace.error?.code == hostile.code)
            #expect(trace.error?.message.contains(hostile.word) == true, "\(trace)")
            #expect(trace.entries.first?.isWhole == true)
        }
    }

    @Test(arguments: [
        "", "7", "8 path=x\n", "11 path=x\n", "5 =x\n", "6 path\n", "12 path=abcd", "0 a=b\n", "3 \n", "999999 a=b\n",
    ])
    func aPaxRecordThatMakesNoSenseIsRefused(records: String) {
        let trace = ArchiveTrace(tar: TestArchive().pax(records).file("x.mp4").ended().bytes) { 512 }
        #expect(trace.error != nil)
        #expect(trace.entries.isEmpty)
    }

    @Test func anErrorShowsNamesWithoutWhatTerminalsObey() {
        let trace = ArchiveTrace(tar: TestArchive().entry("\u{1B}[2Jx\n\"", type: "2").ended().bytes) { 512 }
        #expect(trace.error?.message == "Entry \"?[2Jx??\" is a symbolic link; only plain files are taken.")
    }

    @Test(arguments: 0..<400)
    func changedArchivesGiveTheSameInAnyPieces(seed: UInt64) {
        var random = SystemRandomNumberGenerator()
        var bytes = Self.sample.bytes
        for _ in 0..<Int(seed % 5 + 1) {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            if Bool.random(using: &random) {
                bytes[index] = .random(in: 0...255, using: &random)
            } else {
                bytes.removeSubrange(index..<min(bytes.count, index + .random(in: 1...600, using: &random)))
            }
            if bytes.isEmpty { return }
        }
        let whole = ArchiveTrace(tar: bytes) { bytes.count }
        let pieces = ArchiveTrace(tar: bytes) { .random(in: 1...900, using: &random) }
        #expect(whole == pieces)
    }
}
