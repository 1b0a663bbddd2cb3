import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Postgres
import Testing
import VLogCore

@testable import APIServer

@Suite(.timeLimit(.minutes(2))) struct EventRoutesTests {
    @Test func aStreamBeginsWithWhatIsAndGoesOnWithWhatChanges() async throws {
        try await withAdminAPI { client, services in
            let id = try await services.makeVideo(title: "Film")
            try await withRawConnection(port: client.port) { connection in
                try await connection.send(request("video_ids=\(id)"))
                let head = try await connection.read(through: "\r\n\r\n")
                #expect(head.lowercased().contains("content-type: text/event-stream"))
                let first = try progress(try await connection.read(through: "\n\n"))
                #expect(first.videoID == id)
                #expect(first.jobState == .queued)
                #expect(services.progress.isWatched)

                let start = ContinuousClock.now
                try await services.change(id, percent: 50)
                let second = try progress(try await connection.read(through: "\n\n"))
                #expect(second.percent == 50)
                #expect(start.duration(to: .now) < .seconds(1))
            }
        }
    }

    @Test func manyChangesAtOnceAreFewEvents() async throws {
        try await withAdminAPI { client, services in
            let id = try await services.makeVideo(title: "Film")
            try await withRawConnection(port: client.port) { connection in
                try await connection.send(request("video_ids=\(id)"))
                _ = try await connection.read(through: "\n\n")
                let start = ContinuousClock.now
                for percent in 1...100 { try await services.change(id, percent: Double(percent)) }
                var events = 0
                while true {
                    events += 1
                    if try progress(try await connection.read(through: "\n\n")).percent == 100 { break }
                }
                let seconds = start.duration(to: .now) / .seconds(1)
                #expect(Double(events) <= 2 + 5 * seconds)
            }
        }
    }

    @Test func whoComesBackWithTheLastIDIsToldWhatIsNewAlone() async throws {
        try await withAdminAPI { client, services in
            let id = try await services.makeVideo(title: "Film")
            let event = try await withRawConnection(port: client.port) { connection in
                try await connection.send(request("video_ids=\(id)"))
                _ = try await connection.read(through: "\r\n\r\n")
                return try await connection.read(through: "\n\n")
            }
            let last = try #require(
                event.split(separator: "\n").first { $0.contains("id: ") }?.split(separator: " ").last
            )
            try await withRawConnection(port: client.port) { connection in
                try await connection.send(request("video_ids=\(id)", "Last-Event-ID: \(last)"))
                _ = try await connection.read(through: "\r\n\r\n")
                #expect(try await connection.read(through: "\n\n").contains(": still here"))
                try await services.change(id, percent: 50)
                #expect(try progress(try await connection.read(through: "\n\n")).percent == 50)
            }
        }
    }

    @Test func theServerStopsWhileAStreamIsOpen() async throws {
        let toldToStop = try await withAdminAPI { client, services in
            let id = try await services.makeVideo(title: "Film")
            // The connection is left open when the test's server is told to stop.
            let channel = try await openStream(port: client.port, request("video_ids=\(id)"))
            #expect(channel.isActive)
            return ContinuousClock.now
        }
        #expect(toldToStop.duration(to: .now) < .seconds(10))
    }

    @Test func tooManyStreamsAreRefused() async throws {
        try await withAdminAPI {
            $0.limits.eventStreams = 1
        } body: { client, services in
            let id = try await services.makeVideo(title: "Film")
            try await withRawConnection(port: client.port) { connection in
                try await connection.send(request("video_ids=\(id)"))
                _ = try await connection.read(through: "\n\n")
                let second = try await client.send(.get, "/api/events/progress?video_ids=\(id)")
                #expect(second.status == .serviceUnavailable)
            }
        }
    }

    @Test(arguments: [
        "", "video_ids=", "video_ids=x", "video_ids=1,,x", "video_ids=\(String(repeating: "1,", count: 101))",
    ])
    func badListsOfVideosAreNamed(query: String) async throws {
        try await withAdminAPI { client, _ in
            let response = try await client.send(.get, "/api/events/progress?\(query)")
            #expect(response.status == .badRequest)
            #expect(try response.error.detail.hasPrefix("video_ids"))
        }
    }

    private func request(_ query: String, _ header: String = "Accept: text/event-stream") -> String {
        "GET /api/events/progress?\(query) HTTP/1.1\r\nHost: localhost\r\n\(header)\r\n"
            + "X-Admin-Secret: \(TestCredentials.secret)\r\n\r\n"
    }

    /// The data of an event, within the chunk that it came in.
    private func progress(_ event: String) throws -> ProgressBody {
        let line = try #require(event.split(separator: "\n").first { $0.hasPrefix("data: ") })
        return try JSONCoding.decoder().decode(ProgressBody.self, from: Data(line.dropFirst(6).utf8))
    }
}

extension ServerServices {
    /// What a runner's report does.
    fileprivate func change(_ id: VideoID, percent: Double) async throws {
        try await pool.execute(
            """
            UPDATE transcoding_jobs SET percent = \(percent), state = 'running', lease_until = now() + interval '1 minute'
            WHERE video_id = \(id) RETURNING pg_notify('vlog_events', video_id::text)
            """
        )
    }
}
