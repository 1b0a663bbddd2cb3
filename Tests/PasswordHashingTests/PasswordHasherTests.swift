import PasswordHashing
import Testing

@Suite struct PasswordHasherTests {
    private let hasher = PasswordHasher()

    @Test func theSecretItselfIsAcceptedAndNoOther() async throws {
        let hash = try await hasher.hash("correct horse")
        #expect(try await hasher.verify("correct horse", against: hash))
        #expect(try await !hasher.verify("correct horsf", against: hash))
        #expect(try await !hasher.verify("", against: hash))
    }

    @Test func hashesCarryTheRecommendedParametersAndASaltOfTheirOwn() async throws {
        let first = try await hasher.hash("a")
        let second = try await hasher.hash("a")
        #expect(first.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(first != second)
    }

    @Test(arguments: ["", "plain", "$argon2id$v=19$", "$2b$12$abcdefghijklmnopqrstuv"])
    func whatIsNoHashIsNobodysSecret(hash: String) async throws {
        #expect(try await !hasher.verify("plain", against: hash))
    }

    @Test func moreCallsThanTheQueueHoldsAreRefused() async throws {
        let outcomes = await withTaskGroup(of: PasswordHashingError.Code?.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    do {
                        _ = try await hasher.hash("a")
                        return nil
                    } catch {
                        return (error as? PasswordHashingError)?.code
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.contains(.busy))
        #expect(outcomes.contains(nil))
        #expect(outcomes.allSatisfy { $0 == nil || $0 == .busy })
    }
}
