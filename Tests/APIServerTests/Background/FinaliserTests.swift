import Catalog
import Foundation
import Logging
import Postgres
import SystemPackage
import TestSupport
import Testing
import VLogCore

@testable import APIServer

/// A server that is killed while it publishes, and one that comes after it. Nothing runs in the background here, so the
/// steps of the killed one are made by hand.
@Suite(.timeLimit(.minutes(2))) struct FinaliserTests {
    /// How far the killed server came.
    enum Step: Int, CaseIterable, Sendable {
        case nothing, oneManifest, bothManifests, database, stagingHalfGone
    }

    @Test(arguments: Step.allCases)
    func aServerThatComesAfterAKilledOnePublishesTheVideo(step: Step) async throws {
        try await withCompleteJob { fixture in
            try await fixture.goTo(step)
            try await fixture.finaliser.publishAll()
            try await fixture.sweep.run()
            let video = try #require(try await fixture.catalog.videos.publicDetail(fixture.slug))
            #expect(video.video.duration == SampleVideo.result.duration)
            for file in SampleVideo.files {
                let path = try #require(OutputPath(rawValue: file.path))
                #expect(try Disk.read(fixture.storage.file(fixture.slug, path)) == file.bytes)
            }
            #expect(!Disk.exists(fixture.layout.staging))
            let names = try filesBelow(fixture.storage.videos)
            #expect(names.count == SampleVideo.files.count, "nothing stays beside: \(names)")
        }
    }

    @Test func twoServersMayPublishAtOnce() async throws {
        try await withCompleteJob { fixture in
            let other = fixture.finaliser
            async let first: Void = fixture.finaliser.publishAll()
            async let second: Void = other.publishAll()
            _ = try await (first, second)
            #expect(try await fixture.catalog.videos.publicDetail(fixture.slug) != nil)
        }
    }

    @Test func whatCannotBePublishedNowIsPublishedLater() async throws {
        try await withCompleteJob { fixture in
            let place = fixture.layout.folder.appending("master.m3u8")
            try Disk.makeFolders(place.appending("in-the-way"))
            try await fixture.finaliser.publishAll()
            #expect(try await fixture.catalog.videos.publicDetail(fixture.slug) == nil)
            try Disk.removeTree(place)
            try await fixture.finaliser.publishAll()
            #expect(try await fixture.catalog.videos.publicDetail(fixture.slug) != nil)
        }
    }

    @Test func aVideoWhoseManifestsVanishedFailsWithASentence() async throws {
        try await withCompleteJob { fixture in
            try Disk.removeTree(fixture.layout.staging)
            try await fixture.finaliser.publishAll()
            let video = try #require(try await fixture.catalog.videos.admin(fixture.id))
            #expect(video.status == .failed)
            #expect(video.progress.error?.contains("Retry") == true)
        }
    }

    @Test func aVideoDeletedMeanwhileIsNotPublished() async throws {
        try await withCompleteJob { fixture in
            _ = try await fixture.catalog.videos.softDelete(fixture.id)
            try await fixture.finaliser.publishAll()
            #expect(try await fixture.catalog.videos.publicDetail(fixture.slug) == nil)
            #expect(try await fixture.catalog.videos.admin(fixture.id)?.status != .ready)
        }
    }

    private func withCompleteJob(_ body: @Sendable (QuietServer) async throws -> Void) async throws {
        try await withQuietServer { server in
            try await server.complete()
            try await body(server)
        }
    }
}

extension QuietServer {
    fileprivate func goTo(_ step: FinaliserTests.Step) async throws {
        if step.rawValue >= FinaliserTests.Step.oneManifest.rawValue { try copy("manifest.mpd") }
        if step.rawValue >= FinaliserTests.Step.bothManifests.rawValue { try copy("master.m3u8") }
        if step.rawValue >= FinaliserTests.Step.database.rawValue { try await catalog.jobs.publish(job) }
        if step == .stagingHalfGone { Disk.remove(layout.staging.appending("manifest.mpd")) }
    }

    private func copy(_ name: String) throws {
        try Disk.write(try Disk.read(layout.staging.appending(name)), to: layout.folder.appending(name))
    }
}
