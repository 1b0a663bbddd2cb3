import Catalog
import Foundation
import Postgres
import SystemPackage
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct StorageSweepTests {
    @Test func whatNoRowKnowsOfIsSetAsideAndTheRestStays() async throws {
        try await withQuietServer { server in
            try await server.complete()
            let storage = server.storage
            let stray = storage.sourceFile(VideoID(rawValue: 777), extension: "mov")
            try Disk.write("stray".utf8, to: stray)
            try Disk.makeFolders(storage.videos.appending("stray"))
            let incoming = storage.incoming.appending("under-way")
            try Disk.write("x".utf8, to: incoming)

            try await server.sweep(settled: .zero).run()
            #expect(try Disk.names(in: storage.uploads).sorted() == [".incoming", "\(server.id).mov"])
            #expect(try Disk.names(in: storage.videos) == [server.slug.rawValue])
            #expect(Disk.exists(incoming))
            let kept = try Disk.names(in: storage.archive.appending(".orphans")).sorted()
            #expect(kept == ["source-777.mov", "video-stray"])
        }
    }

    @Test func whatIsYoungIsLeftAlone() async throws {
        try await withQuietServer { server in
            let stray = server.storage.sourceFile(VideoID(rawValue: 777), extension: "mov")
            try Disk.write("being committed".utf8, to: stray)
            try await server.sweep.run()
            #expect(Disk.exists(stray))
        }
    }

    @Test func orphansGoForGoodWhenTheirTimeIsOver() async throws {
        try await withQuietServer { server in
            let stray = server.storage.sourceFile(VideoID(rawValue: 777), extension: "mov")
            try Disk.write("stray".utf8, to: stray)
            try await server.sweep(settled: .zero, kept: .zero).run()
            #expect(try Disk.names(in: server.storage.archive.appending(".orphans")).isEmpty)
        }
    }

    @Test func theManifestsOfAJobThatMayGoOnStay() async throws {
        try await withQuietServer { server in
            try await server.complete()
            try await server.sweep(settled: .zero).run()
            #expect(try Disk.names(in: server.layout.staging).sorted() == ["manifest.mpd", "master.m3u8"])
            try await server.pool.execute("UPDATE transcoding_jobs SET state = 'queued'")
            try await server.sweep(settled: .zero).run()
            #expect(try Disk.names(in: server.layout.staging).sorted() == ["manifest.mpd", "master.m3u8"])
        }
    }

    @Test func whatANewGenerationReplacedIsRemovedWhenNobodyCanBeWatchingIt() async throws {
        try await withQuietServer { server in
            let folder = server.storage.videoFolder(server.slug)
            let old = ["360p", "1080p-hevc", "audio", "audio-surround-de", "sprites", "360p-g2"]
            let new = ["360p-g3", "audio-g3", "audio-surround-de-g3", "sprites-g3", "360p-g4"]
            for name in old + new { try Disk.makeFolders(folder.appending(name)) }
            try Disk.write("picture".utf8, to: folder.appending("thumbnail.jpg"))
            try await server.pool.execute("UPDATE videos SET status = 'ready', generation = 3, ready_at = now()")
            let before = try Disk.names(in: folder).sorted()
            try await server.sweep.run()
            #expect(try Disk.names(in: folder).sorted() == before)
            try await server.sweep(settled: .zero).run()
            #expect(try Disk.names(in: folder).sorted() == before.filter { !old.contains($0) })
        }
    }
}

extension QuietServer {
    fileprivate func sweep(settled: Duration, kept: Duration = .seconds(1000)) -> StorageSweep {
        StorageSweep(videos: catalog.videos, storage: storage, logger: logger, settled: settled, kept: kept)
    }
}
