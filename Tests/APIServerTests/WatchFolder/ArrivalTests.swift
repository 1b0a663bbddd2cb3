import SystemPackage
import TestSupport
import Testing

@testable import APIServer

/// When a file counts as complete, without a clock.
@Suite(.timeLimit(.minutes(2))) struct ArrivalTests {
    private let name: FilePath.Component = "film.mp4"
    private let start = ContinuousClock.now

    private func machine() -> ArrivalStateMachine {
        var configuration = WatchFolderConfiguration(path: "/inbox")
        configuration.quiet = .seconds(2)
        configuration.settled = .seconds(120)
        return ArrivalStateMachine(configuration)
    }

    private func state(_ size: Int) async throws -> FileState {
        try await withTemporaryDirectory { folder in
            let file = folder.appending("file")
            try Disk.write([UInt8](repeating: 0, count: size), to: file)
            return FileState(try Stat(file))
        }
    }

    @Test func aFileIsLookedAtWhenItHasBeenQuiet() async throws {
        var machine = machine()
        let state = try await state(1)
        machine.saw([name: state], closed: [name], at: start)
        #expect(machine.quiet(at: start + .seconds(1)).isEmpty)
        #expect(machine.nextChange(after: start) == start + .seconds(2))
        machine.saw([name: state], closed: [], at: start + .seconds(2))
        #expect(machine.quiet(at: start + .seconds(2)) == [name])
        #expect(machine.complete(name, writers: .unknown, at: start + .seconds(2)) == state)
    }

    @Test func aChangeBeginsTheWaitAnewAndForgetsThatItWasClosed() async throws {
        var machine = machine()
        let (first, second) = (try await state(1), try await state(2))
        machine.saw([name: first], closed: [name], at: start)
        machine.saw([name: second], closed: [], at: start + .seconds(2))
        #expect(machine.quiet(at: start + .seconds(2)).isEmpty)
        #expect(machine.quiet(at: start + .seconds(4)) == [name])
        #expect(machine.complete(name, writers: .unknown, at: start + .seconds(4)) == nil)
        #expect(machine.nextChange(after: start + .seconds(4)) == start + .seconds(122))
        #expect(machine.complete(name, writers: .unknown, at: start + .seconds(122)) == second)
    }

    @Test func aFileThatSomebodyWritesToIsNeverComplete() async throws {
        var machine = machine()
        let state = try await state(1)
        machine.saw([name: state], closed: [name], at: start)
        #expect(machine.complete(name, writers: .somebody, at: start + .seconds(9999)) == nil)
        #expect(machine.complete(name, writers: .nobody, at: start + .seconds(2)) == state)
    }

    @Test func aPostponedFileWaitsLongerEachTime() async throws {
        var machine = machine()
        let state = try await state(1)
        machine.saw([name: state], closed: [name], at: start)
        #expect(machine.postpone(name, at: start) == .seconds(5))
        #expect(machine.postpone(name, at: start) == .seconds(10))
        #expect(machine.quiet(at: start + .seconds(9)).isEmpty)
        #expect(machine.quiet(at: start + .seconds(10)) == [name])
        for _ in 0..<100 { _ = machine.postpone(name, at: start) }
        #expect(machine.postpone(name, at: start) == .seconds(300))
    }

    @Test func aFileThatIsGoneIsForgotten() async throws {
        var machine = machine()
        machine.saw([name: try await state(1)], closed: [name], at: start)
        machine.saw([:], closed: [], at: start + .seconds(1))
        #expect(machine.quiet(at: start + .seconds(9)).isEmpty)
        #expect(machine.nextChange(after: start) == nil)
    }
}
