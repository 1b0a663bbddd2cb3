import Foundation
import Glibc
import Hummingbird
import HummingbirdTesting
import Logging
import ServiceLifecycle
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import APIServer

/// Long files over connections that do what connections do.
@Suite(.timeLimit(.minutes(2)), .serialized) struct SendfileTests {
    private static let length = 24 << 20

    @Test func twoHundredRequestsOnOneConnectionAreAnsweredInFull() async throws {
        try await withLongFile { port, path, content in
            let wire = try Wire(port: port)
            for number in 0..<200 {
                let start = number * 1000
                try await wire.send(Wire.head("GET", path, ["Range": "bytes=\(start)-\(start + 4999)"]))
                #expect(try await wire.answer().body == Array(content[start..<start + 5000]))
            }
        }
    }

    @Test func pipelinedRequestsAreAnsweredInTheirOrder() async throws {
        try await withLongFile { port, path, content in
            let wire = try Wire(port: port)
            let ranges = (0..<40).map { number in (number * 300_000)..<(number * 300_000 + 200_000) }
            let requests = ranges.map { range in
                Wire.head("GET", path, ["Range": "bytes=\(range.lowerBound)-\(range.upperBound - 1)"])
            }
            try await wire.send(requests.joined())
            for range in ranges { #expect(try await wire.answer().body == Array(content[range])) }
        }
    }

    @Test func aSlowReaderGetsEveryByte() async throws {
        try await withLongFile { port, path, content in
            let wire = try Wire(port: port, receiveBuffer: 4096)
            try await wire.send(Wire.head("GET", path))
            #expect(try await wire.answer().body == content)
        }
    }

    @Test func clientsThatLeaveInTheMiddleLeakNoDescriptors() async throws {
        try await withLongFile { port, path, content in
            for _ in 0..<50 {
                let wire = try Wire(port: port, receiveBuffer: 4096)
                try await wire.send(Wire.head("GET", path))
                #expect(try await wire.bytes(2000).count == 2000)
            }
            // All fifty are cut off; each closes its file when the server hears of it.
            while try openDescriptors(of: path) > 0 {
                try Task.checkCancellation()
                await Task.yield()
            }
            let wire = try Wire(port: port)
            try await wire.send(Wire.head("GET", path))
            #expect(try await wire.answer().body == content)
        }
    }

    @Test func shuttingDownLetsADownloadFinish() async throws {
        try await withTemporaryDirectory { root in
            let (storage, path, content) = try await makeLongFile(in: root)
            let (shutdown, stop) = AsyncStream.makeStream(of: Never.self)
            let (ports, ready) = AsyncStream.makeStream(of: Int.self)
            let app = application(storage) { ready.yield($0) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let services = ServiceGroup(
                        configuration: .init(
                            services: [app],
                            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
                        )
                    )
                    try await withThrowingTaskGroup(of: Void.self) { tasks in
                        tasks.addTask { try await services.run() }
                        for await _ in shutdown {}
                        await services.triggerGracefulShutdown()
                        try await tasks.waitForAll()
                    }
                }
                var iterator = ports.makeAsyncIterator()
                let port = try #require(await iterator.next())
                let wire = try Wire(port: port, receiveBuffer: 4096)
                try await wire.send(Wire.head("GET", path))
                let head = try await wire.bytes(1000)
                stop.finish()
                while (try? Wire(port: port)) != nil {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                let text = String(decoding: head, as: UTF8.self)
                let start = try #require(text.range(of: "\r\n\r\n")).upperBound
                let length = text[..<start].utf8.count
                let rest = try await wire.bytes(content.count - (1000 - length))
                #expect(Array(head[length...]) + rest == content)
                #expect(try await wire.isAtEnd())
                try await group.waitForAll()
            }
        }
    }

    private func withLongFile(_ body: @Sendable (Int, String, [UInt8]) async throws -> Void) async throws {
        try await withTemporaryDirectory { root in
            let (storage, path, content) = try await makeLongFile(in: root)
            try await application(storage) { _ in }.test(.live) { client in
                try await body(try #require(client.port), path, content)
            }
        }
    }

    private func makeLongFile(in root: FilePath) async throws -> (Storage, String, [UInt8]) {
        let storage = Storage(root: root)
        try await storage.prepare()
        var generator = SeededGenerator(seed: 7)
        let words = (0..<Self.length / 8).map { _ in generator.next() }
        let content = words.withUnsafeBytes { Array($0) }
        try Disk.makeFolders(root.appending("videos").appending("clip").appending("1080p"))
        try Disk.write(content, to: root.pushing("videos/clip/1080p/segment_0.m4s"))
        return (storage, "/videos/clip/1080p/segment_0.m4s", content)
    }

    /// Nothing but the answer of a file.
    private func application(
        _ storage: Storage,
        onPort: @escaping @Sendable (Int) -> Void
    ) -> some ApplicationProtocol {
        let router = Router(context: PublicContext.self)
        router.get("videos/:slug/**") { request, context in
            let path = try #require(MediaPath(request.uri.path))
            let file = try await storage.run { try OpenFile($0.file(path.slug, path.file)) }
            return FileAnswer(file, FileOffer(contentType: "video/mp4", cacheControl: "no-cache"))
                .response(to: request, over: context.facts.channel)
        }
        return Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in onPort(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }
}

/// How many descriptors of this process are open on the file of that URL's path.
private func openDescriptors(of path: String) throws -> Int {
    try Disk.names(in: "/proc/self/fd").filter { descriptor in
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
        return link?.hasSuffix(path) ?? false
    }.count
}
