import Catalog
import Foundation
import Glibc
import NIOCore
import Postgres
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import APIServer

/// What becomes of files that are put into the watch folder.
@Suite(.timeLimit(.minutes(2))) struct WatchFolderTests {
    @Test func aDroppedFileBecomesAVideoAsIfItHadBeenUploaded() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer { server in
            try await server.watching {
                try server.drop(clip, named: "My holiday.MP4")
                try await server.untilThereAre(1)
                try await server.until { try server.names(in: ".working").isEmpty }
            }
            let id: VideoID = try #require(try await server.services.pool.query("SELECT id FROM videos").first).decode(
                "id"
            )
            let video = try #require(try await server.services.catalog.videos.admin(id))
            #expect(video.title == "My holiday")
            #expect(video.source.filename == "My holiday.MP4")
            #expect(video.source.bytes == Int64(clip.readableBytes))
            #expect(video.source.videoCodec == "h264")
            #expect(video.progress.jobState == .queued)
            let file = server.services.storage.sourceFile(id, extension: "mp4")
            #expect(try Disk.read(file) == Array(clip.readableBytesView))
            #expect(try server.dropped().isEmpty)
            #expect(try Disk.names(in: server.services.storage.incoming).isEmpty)
        }
    }

    @Test func whatIsDroppedWhileNothingElseHappensIsNoticed() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer { server in
            try await server.watching {
                try await server.untilOthersWereSeen()
                try server.drop(clip, named: "closed.mp4")
                try await server.untilThereAre(1)
                // Hidden while it is written, as rsync does it.
                try server.drop(clip, named: ".moved.mp4.x7Gh")
                try FileManager.default.moveItem(
                    atPath: server.inbox.appending(".moved.mp4.x7Gh").string,
                    toPath: server.inbox.appending("moved.mp4").string
                )
                try await server.untilThereAre(2)
            }
            #expect(try await server.titles() == ["closed", "moved"])
        }
    }

    @Test func withoutEventsListingAloneFindsFiles() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer(interval: .milliseconds(30)) { server in
            try await server.watching(events: { throw Errno.tooManyOpenFiles }) {
                try await server.untilOthersWereSeen()
                try server.drop(clip, named: "found.mp4")
                try await server.untilThereAre(1)
            }
        }
    }

    @Test func aFileIsNotTakenWhileSomebodyWritesToIt() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer(interval: .milliseconds(30)) { server in
            try await server.watching {
                let path = server.inbox.appending("slow.mp4")
                let file = try FileDescriptor.open(path, .writeOnly, options: [.create], permissions: .ownerReadWrite)
                let bytes = Array(clip.readableBytesView)
                try file.writeAll(bytes.prefix(2000))
                try await server.untilOthersWereSeen()
                #expect(try server.dropped() == ["slow.mp4"])
                try file.writeAll(bytes.dropFirst(2000))
                try await server.untilOthersWereSeen()
                #expect(try server.dropped() == ["slow.mp4"])
                try file.close()
                try await server.untilThereAre(1)
            }
            #expect(try await server.titles() == ["slow"])
        }
    }

    @Test(arguments: [
        ("garbage.mp4", ByteBuffer(repeating: 0, count: 100_000)), ("empty.mkv", ByteBuffer()),
        ("playlist.ts", ByteBuffer(string: "#EXTM3U\nfile:///etc/passwd\n")), ("film.exe", ByteBuffer(string: "MZ")),
        ("notes", ByteBuffer(string: "Dear diary")), ("  .mp4", ByteBuffer(string: "without a title")),
    ])
    func whatIsNoVideoIsSetAsideWithTheSentenceOfAnUpload(name: String, content: ByteBuffer) async throws {
        let sentence = try await withAdminAPI { client, _ in
            try await client.upload(MultipartForm(file: content, named: name)).error.detail
        }
        try await withWatchedServer { server in
            try await server.watching {
                try server.drop(content, named: name)
                try await server.until { try server.names(in: "rejected").contains(name) }
            }
            #expect(try server.names(in: "rejected") == [name, name + ".txt"].sorted())
            let text = try Disk.read(server.inbox.appending("rejected").appending(name + ".txt"))
            #expect(String(decoding: text, as: UTF8.self) == sentence + "\n")
            #expect(try server.dropped().isEmpty)
            #expect(try server.names(in: ".working").isEmpty)
            #expect(try await server.titles().isEmpty)
        }
    }

    @Test func oneNameMayBeRefusedTwice() async throws {
        try await withWatchedServer { server in
            try await server.watching {
                try server.drop(ByteBuffer(string: "first"), named: "film.mp4")
                try await server.until { try server.names(in: "rejected").contains("film.mp4") }
                try server.drop(ByteBuffer(string: "second"), named: "film.mp4")
                try await server.until { try server.names(in: "rejected").contains("film.mp4.2") }
            }
            let rejected = server.inbox.appending("rejected")
            #expect(try Disk.read(rejected.appending("film.mp4")) == Array("first".utf8))
            #expect(try Disk.read(rejected.appending("film.mp4.2")) == Array("second".utf8))
            #expect(Disk.exists(rejected.appending("film.mp4.2.txt")))
        }
    }

    @Test func theLimitOfUploadsHolds() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer {
            $0.limits.uploadBytes = Int64(clip.readableBytes) - 1
        } _: { server in
            try await server.watching {
                try server.drop(clip, named: "long.mp4")
                try await server.until { try server.names(in: "rejected").contains("long.mp4") }
            }
        }
    }

    @Test func linksPipesFoldersAndUnfinishedFilesAreLeftAlone() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer { server in
            let outside = server.inbox.removingLastComponent().appending("outside.mp4")
            try Disk.write(clip.readableBytesView, to: outside)
            #expect(symlink(outside.string, server.inbox.appending("link.mp4").string) == 0)
            #expect(mkfifo(server.inbox.appending("pipe.mp4").string, 0o600) == 0)
            try Disk.makeFolders(server.inbox.appending("folder.mp4"))
            try server.drop(clip, named: "folder.mp4/inner.mp4")
            let unfinished = [".hidden.mp4", ".\u{301}hidden.mp4", "a.mp4.part", "b.mp4.TMP", "c.filepart", "d.mp4~"]
            for name in unfinished { try server.drop(clip, named: name) }
            try await server.watching {
                try await server.untilOthersWereSeen()
                try await server.untilOthersWereSeen()
            }
            #expect(try server.dropped() == (["folder.mp4", "link.mp4", "pipe.mp4"] + unfinished).sorted())
            #expect(try server.names(in: "folder.mp4") == ["inner.mp4"])
            #expect(Disk.exists(outside))
            #expect(try server.names(in: "rejected").isEmpty)
        }
    }

    @Test func namesMayBeAnyBytes() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer { server in
            let names: [[UInt8]] = [
                Array("$(touch owned); `touch owned`.mp4".utf8), Array("-i concat:a|b.mp4".utf8),
                Array("two\nlines.mp4".utf8),
                [0xFF, 0xFE, 0x80] + Array(".mp4".utf8),
                Array(repeating: UInt8(ascii: "x"), count: 251) + Array(".mp4".utf8),
                Array(repeating: 0xFF, count: 251) + Array(".bad".utf8),
            ]
            for name in names {
                let component = try #require(
                    FilePath.Component(platformString: name.map { CChar(bitPattern: $0) } + [0])
                )
                let file = try Disk.create(server.inbox.appending(component))
                try file.closeAfter { _ = try file.writeAll(clip.readableBytesView) }
            }
            try await server.watching {
                try await server.until { try server.dropped().isEmpty && server.names(in: ".working").isEmpty }
            }
            #expect(try await server.titles().count == 5)
            #expect(try server.names(in: "rejected").count == 2)
        }
    }

    @Test func severalServersMakeOneVideoOfEachFile() async throws {
        let clip = try await TestClip.video.value
        let names = (1...20).map { "clip \($0)" }
        try await withWatchedServer(interval: .milliseconds(20)) { server in
            for name in names.prefix(10) { try server.drop(clip, named: name + ".mp4") }
            try await server.watching(3) {
                for name in names.dropFirst(10) { try server.drop(clip, named: name + ".mp4") }
                try await server.untilThereAre(20)
                try await server.until { try server.names(in: ".working").isEmpty }
            }
            #expect(try await server.titles() == names.sorted())
            #expect(try Disk.names(in: server.services.storage.uploads).count == 21)
        }
    }

    @Test func theFolderMayBeRemovedAndMadeAgain() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer(interval: .milliseconds(30)) { server in
            try await server.watching {
                try await server.untilOthersWereSeen()
                try Disk.removeTree(server.inbox)
                try Disk.makeFolders(server.inbox)
                try server.drop(clip, named: "again.mp4")
                try await server.untilThereAre(1)
                try Disk.removeTree(server.inbox.appending(".working"))
                try server.drop(clip, named: "and again.mp4")
                try await server.untilThereAre(2)
            }
        }
    }
}
