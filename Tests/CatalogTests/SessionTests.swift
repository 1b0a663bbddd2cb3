import Catalog
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct SessionTests {
    @Test func aPasswordIsSetAndChanged() async throws {
        try await CatalogFixture.with { fixture in
            let sessions = fixture.catalog.sessions
            #expect(try await sessions.passwordHash(name: "admin") == nil)
            try await sessions.setPassword(name: "admin", hash: "one")
            #expect(try await sessions.passwordHash(name: "admin") == "one")
            try await sessions.setPassword(name: "admin", hash: "two")
            #expect(try await sessions.passwordHash(name: "admin") == "two")
        }
    }

    @Test func aSessionLivesUntilItsEndOrItsDeletion() async throws {
        try await CatalogFixture.with { fixture in
            let sessions = fixture.catalog.sessions
            let later = Date(timeIntervalSinceReferenceDate: (Date.now.timeIntervalSinceReferenceDate + 60).rounded())
            try await sessions.create(tokenHash: [1], csrfToken: "c1", expiresAt: later)
            try await sessions.create(tokenHash: [2], csrfToken: "c2", expiresAt: .now.addingTimeInterval(-60))
            let found = try await sessions.find(tokenHash: [1])
            #expect(found?.csrfToken == "c1")
            #expect(found?.expiresAt == later)
            #expect(try await sessions.find(tokenHash: [2]) == nil)
            #expect(try await sessions.find(tokenHash: [3]) == nil)
            #expect(try await sessions.deleteExpired() == 1)
            try await sessions.delete(tokenHash: [1])
            #expect(try await sessions.find(tokenHash: [1]) == nil)
        }
    }

    @Test func aNewPasswordEndsEverySession() async throws {
        try await CatalogFixture.with { fixture in
            let sessions = fixture.catalog.sessions
            try await sessions.create(tokenHash: [1], csrfToken: "c", expiresAt: .now.addingTimeInterval(60))
            try await sessions.setPassword(name: "admin", hash: "new")
            #expect(try await sessions.find(tokenHash: [1]) == nil)
        }
    }
}
