import Subprocess
import SystemPackage
import VLogCore

/// A short run of ffmpeg or ffprobe: bounded in time and output, killed when the task is cancelled.
struct ToolProcess: Sendable {
    struct Outcome<Output: Sendable>: Sendable {
        let status: TerminationStatus
        let output: Output
        let log: LogTail
    }

    let program: FilePath
    let arguments: [String]
    let limit: Duration

    init(_ program: FilePath, _ arguments: [String], limit: Duration = .seconds(20)) {
        self.program = program
        self.arguments = arguments
        self.limit = limit
    }

    /// Everything the program wrote; throws `timeout`, `internal` when it writes too much, `no_encoder` when it
    /// cannot be started. How it ended is for the caller to judge.
    func run(outputLimit: Int = 4 << 20) async throws -> Outcome<[UInt8]> {
        try await run(into: []) { [name] output, bytes in
            guard output.count + bytes.count <= outputLimit else {
                throw TranscodeError(.internal, "\(name) wrote more than \(outputLimit) bytes.")
            }
            output += bytes
        }
    }

    /// The output as text; throws unless the program ended well.
    func outputText() async throws -> String {
        let outcome = try await run()
        guard outcome.status.isSuccess else {
            throw TranscodeError(.noEncoder, "\(program.string) does not work.", logTail: outcome.log.text)
        }
        return String(decoding: outcome.output, as: UTF8.self)
    }

    /// Folds the output as it comes, for programs that write more than should be held.
    func run<Output: Sendable>(
        into initial: Output,
        _ update: @escaping @Sendable (inout Output, [UInt8]) throws -> Void
    ) async throws -> Outcome<Output> {
        try await withThrowingTaskGroup(of: Outcome<Output>.self) { group in
            group.addTask { try await runUnlimited(into: initial, update) }
            group.addTask { [name, limit] in
                try await Task.sleep(for: limit)
                throw TranscodeError(.timeout, "\(name) did not end within \(limit).")
            }
            defer { group.cancelAll() }
            guard let outcome = try await group.next() else { throw CancellationError() }
            return outcome
        }
    }

    private func runUnlimited<Output: Sendable>(
        into initial: Output,
        _ update: @Sendable (inout Output, [UInt8]) throws -> Void
    ) async throws -> Outcome<Output> {
        do {
            let outcome = try await Subprocess.run(
                .tool(program, arguments: arguments),
                input: .none,
                output: .sequence,
                error: .sequence
            ) { execution in
                async let log = LogTail.collect(execution.standardError)
                var output = initial
                for try await buffer in execution.standardOutput { try update(&output, buffer.array) }
                return (output, try await log)
            }
            let (output, log) = outcome.closureResult
            return Outcome(status: outcome.terminationStatus, output: output, log: log)
        } catch let error as SubprocessError where error.isMissingProgram {
            throw TranscodeError(.noEncoder, "\(program.string) cannot be started.", cause: error)
        }
    }

    private var name: String { program.lastComponent?.string ?? program.string }
}

extension SubprocessError {
    var isMissingProgram: Bool { code == .executableNotFound || code == .spawnFailed }
}

extension SubprocessOutputSequence.Buffer {
    var array: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension LogTail {
    static func collect(_ output: SubprocessOutputSequence) async throws -> LogTail {
        var tail = LogTail()
        for try await buffer in output { tail.append(buffer.array) }
        return tail
    }
}
