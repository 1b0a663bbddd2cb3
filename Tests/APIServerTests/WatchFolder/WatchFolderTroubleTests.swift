import Catalog
import Foundation
import Glibc
import HTTPTypes
import NIOCore
import Postgres
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Transcoding
import VLogCore

@testable import APIServer

/// Servers that were killed, databases that fail, and disks that are full or others.
@Suite(.timeLimit(.minutes(2))) struct WatchFolderTroubleTests {
    @Test func aFileThatAKilledServerHadClaimedBecomesAVideo() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer { server in
            try server.drop(clip, named: "clip.mp4")
            let tag = try #require(try WatchFolder(server.inbox).claim("clip.mp4")).tag
            // It had come as far as the storage.
            try Disk.write("half of it".utf8, to: server.services.storage.incoming.appending(tag.description))
            #expect(try server.dropped().isEmpty)
            try await server.watching {
                try await server.untilThereAre(1)
                try await server.until { try server.names(in: ".working").isEmpty }
            }
            #expect(try await server.titles() == ["clip"])
            #expect(try await server.services.catalog.videos.find(sourceETag: tag.description) != nil)
        }
    }

    @Test func aFileWhoseVideoIsThereIsNotTakenAgain() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer { server in
            try server.drop(clip, named: "clip.mp4")
            let tag = try #require(try WatchFolder(server.inbox).claim("clip.mp4")).tag
            let id = try await server.services.addVideo("clip").id
            // Deleted meanwhile: it must not come back.
            _ = try await server.services.catalog.videos.softDelete(id)
            try await server.services.pool.execute("UPDATE videos SET source_etag = \(tag.description)")
            try await server.watching {
                try await server.until { try server.names(in: ".working").isEmpty }
                try await server.untilOthersWereSeen()
            }
            #expect(try await server.titles() == ["clip"])
        }
    }

    @Test func aFileIsLeftToTheServerThatWorksOnIt() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer(interval: .milliseconds(20)) { server in
            try server.drop(clip, named: "clip.mp4")
            let claimed = Mutex(try WatchFolder(server.inbox).claim("clip.mp4"))
            try await server.watching {
                try await server.untilOthersWereSeen()
                #expect(try await server.titles().isEmpty)
                claimed.withLock { $0 = nil }
                try await server.untilThereAre(1)
            }
        }
    }

    @Test func whatIsLeftOfAClaimThatNeverHappenedGoes() async throws {
        try await withWatchedServer { server in
            _ = try WatchFolder(server.inbox)
            let working = server.inbox.appending(".working")
            try Disk.makeFolders(working.appending("0b5a7c1e-95dc-4f6e-a0be-6f7f2a9d6a11"))
            try Disk.write("".utf8, to: working.appending("6fe0e30a-3a4b-4f3c-8d17-53d3e0f0c0aa.lock"))
            try await server.watching { try await server.until { try server.names(in: ".working").isEmpty } }
        }
    }

    @Test func whenTheDatabaseFailsFilesWait() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer { server in
            try await server.services.pool.execute("ALTER TABLE transcoding_jobs RENAME TO elsewhere")
            try await server.watching {
                try server.drop(clip, named: "clip.mp4")
                try await server.until { try server.dropped().isEmpty }
                try await server.services.pool.execute("ALTER TABLE elsewhere RENAME TO transcoding_jobs")
                try await server.untilThereAre(1)
                try await server.until { try server.names(in: ".working").isEmpty }
            }
            #expect(try server.names(in: "rejected").isEmpty)
            #expect(try Disk.names(in: server.services.storage.uploads).count == 2)
        }
    }

    @Test(arguments: [
        (APIError(.serviceUnavailable, "x") as any Error, 100, DroppedFileFate.waitsWithAll),
        (APIError(.insufficientStorage, "x"), 100, .waits), (APIError(.conflict, "x"), 100, .waits),
        (StorageError(.failed, "x"), 100, .waits), (APIError(.unsupportedMediaType, "no film"), 1, .refused("no film")),
        (TranscodeError(.internal, "ffprobe fell"), 1, .waits),
        (TranscodeError(.internal, "ffprobe fell"), 5, .refused("ffprobe fell")),
    ])
    func onlyWhatIsTheFilesFaultIsHeldAgainstIt(error: any Error, failures: Int, fate: DroppedFileFate) {
        #expect(DroppedFileFate(error, failures: failures) == fate)
    }

    @Test(.enabled(if: getuid() == 0, "mounts a small disk"))
    func onAFullDiskFilesStayUntilThereIsRoom() async throws {
        let clip = try await TestClip.video.value
        try await withSmallDisk(bytes: 8 << 20) { disk in
            try await withWatchedServer(interval: .milliseconds(30), storage: disk) { server in
                let filler = disk.appending("filler")
                try Disk.write([UInt8](repeating: 1, count: 7 << 20), to: filler)
                try server.drop(clip, named: "clip.mp4")
                var patrol = try server.patrol()
                // Seen, quiet, and once more after its pause.
                for _ in 0..<3 { try await Task.sleep(until: await patrol.round()) }
                #expect(try server.dropped() == ["clip.mp4"])
                #expect(try server.names(in: ".working").isEmpty)
                Disk.remove(filler)
                while try await server.titles().isEmpty { try await Task.sleep(until: await patrol.round()) }
                #expect(try server.dropped().isEmpty)
            }
        }
    }

    @Test(.enabled(if: getuid() == 0, "mounts a small disk"))
    func fromAnotherDiskAFileIsCopied() async throws {
        let clip = try await TestClip.video.value
        try await withSmallDisk(bytes: 8 << 20) { disk in
            try await withWatchedServer(storage: disk) { server in
                try await server.watching {
                    try server.drop(clip, named: "clip.mp4")
                    try await server.untilThereAre(1)
                    try await server.until { try server.names(in: ".working").isEmpty }
                }
                let source = try #require(
                    try Disk.names(in: server.services.storage.uploads).first { $0.hasSuffix("mp4") }
                )
                let file = server.services.storage.uploads.appending(source)
                #expect(try Disk.read(file) == Array(clip.readableBytesView))
                #expect(try Disk.names(in: server.services.storage.incoming).isEmpty)
            }
        }
    }

    @Test func bytesThatHaveAnotherNameAreCopied() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer { server in
            let mine = server.inbox.removingLastComponent().appending("mine.mp4")
            try Disk.write(clip.readableBytesView, to: mine)
            #expect(link(mine.string, server.inbox.appending("clip.mp4").string) == 0)
            try await server.watching { try await server.untilThereAre(1) }
            let file = try FileDescriptor.open(mine, .writeOnly, options: [.truncate])
            try file.close()
            let source = try #require(try Disk.names(in: server.services.storage.uploads).first { $0.hasSuffix("mp4") })
            #expect(Disk.size(of: server.services.storage.uploads.appending(source)) == Int64(clip.readableBytes))
            #expect(try Stat(server.services.storage.uploads.appending(source)).linkCount == 1)
        }
    }

    @Test(.enabled(if: getuid() == 0, "gives a file to another user"))
    func aFileOfAnotherUserBecomesTheServersOwn() async throws {
        let clip = try await TestClip.video.value
        try await withWatchedServer { server in
            try server.drop(clip, named: ".theirs.mp4")
            let hidden = server.inbox.appending(".theirs.mp4").string
            #expect(chown(hidden, 12345, 12345) == 0 && chmod(hidden, 0o600) == 0)
            #expect(rename(hidden, server.inbox.appending("theirs.mp4").string) == 0)
            try await server.watching { try await server.untilThereAre(1) }
            let source = try #require(try Disk.names(in: server.services.storage.uploads).first { $0.hasSuffix("mp4") })
            #expect(try Stat(server.services.storage.uploads.appending(source)).userID.rawValue == 0)
        }
    }
}

extension WatchedServer {
    /// A watcher that looks when it is told to.
    fileprivate func patrol() throws -> WatchFolderPatrol {
        WatchFolderPatrol(try #require(services.configuration.watchFolder), services, events: nil)
    }
}
