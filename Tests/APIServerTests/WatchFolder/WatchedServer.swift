import Catalog
import Foundation
import Glibc
import NIOCore
import Postgres
import ServiceLifecycle
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import APIServer

/// A server and the folder that it watches.
struct WatchedServer: Sendable {
    let services: ServerServices
    let inbox: FilePath

    /// Puts a file into the folder as `cp` does: made, written, closed.
    func drop(_ content: ByteBuffer, named name: String) throws {
        try Data(content.readableBytesView).write(to: URL(filePath: inbox.appending(name).string))
    }

    func names(in folder: String = "") throws -> [String] {
        try Disk.names(in: folder.isEmpty ? inbox : inbox.appending(folder)).sorted()
    }

    /// What lies in the folder but for what we put there ourselves.
    func dropped() throws -> [String] { try names().filter { ![".working", "rejected"].contains($0) } }

    func titles() async throws -> [String] {
        try await services.pool.query("SELECT title FROM videos ORDER BY title").map { try $0.decode("title") }
    }

    func until(_ condition: () async throws -> Bool) async throws { try await services.until(condition) }

    func untilThereAre(_ count: Int) async throws { try await until { try await titles().count >= count } }

    /// A file that is put there after others, and has become a video, shows that those were seen, and seen quiet.
    func untilOthersWereSeen() async throws {
        let clip = try await TestClip.video.value
        try drop(clip, named: "zz sentinel.mp4")
        try await until { try await titles().contains("zz sentinel") }
        _ = try await services.pool.execute("DELETE FROM videos WHERE title = 'zz sentinel'")
    }

    /// Runs `count` watchers of the folder while `body` runs.
    func watching(
        _ count: Int = 1,
        events: @escaping @Sendable () throws -> FolderEvents = { try FolderEvents() },
        _ body: @Sendable () async throws -> Void
    ) async throws {
        let watchers = try (0..<count).map { _ in try #require(WatchFolderService(services, events: events)) }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: watchers, logger: services.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body()
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

/// A server that has a folder to watch, at a quick pace, and does not watch it yet. The folder is listed so rarely that
/// what happens is owed to events, unless `interval` says otherwise.
func withWatchedServer(
    interval: Duration = .seconds(3600),
    storage: FilePath? = nil,
    adjust: (inout ServerConfiguration) -> Void = { _ in },
    _ body: @Sendable (WatchedServer) async throws -> Void
) async throws {
    try await withTemporaryDirectory { folder in
        let inbox = folder.appending("inbox")
        try Disk.makeFolders(inbox)
        try await withServices(storage: storage) {
            var watch = WatchFolderConfiguration(path: inbox)
            watch.quiet = .milliseconds(30)
            watch.interval = interval
            watch.firstPause = .milliseconds(20)
            watch.longestPause = .milliseconds(100)
            $0.watchFolder = watch
            adjust(&$0)
        } body: { services in
            try await body(WatchedServer(services: services, inbox: inbox))
        }
    }
}
