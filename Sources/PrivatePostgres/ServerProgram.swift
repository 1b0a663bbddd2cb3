import Foundation
import Subprocess
import SystemPackage

/// Runs a program of PostgreSQL's package as the server's user and reads what it says.
struct ServerProgram {
    let binaries: ServerBinaries
    let user: ServerUser
    /// Where the programs work: ours may be closed to the server's user. Names of files are given relative to it,
    /// because `pg_ctl` hands them to a shell without regard to quotes in them.
    let folder: FilePath

    /// Messages in English, which errors quote; nothing else of our environment is the server's business.
    static let environment = Environment.custom(["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"])

    /// - Throws: `serverFailed` with what the program said, when it does not end with 0.
    func callAsFunction(_ name: String, _ arguments: [String], input: String = "") async throws {
        let result = try await run(
            .path(binaries.program(name)),
            arguments: Arguments(arguments),
            environment: Self.environment,
            workingDirectory: folder,
            platformOptions: options,
            input: .string(input),
            output: .string(limit: 1 << 20),
            error: .combinedWithOutput
        )
        guard result.terminationStatus.isSuccess else {
            let said = result.standardOutput.split(separator: "\n").suffix(12).joined(separator: "\n")
            throw PrivatePostgresError(.serverFailed, "\(name) ended with \(result.terminationStatus): \(said)")
        }
    }

    /// Ctrl-C in a terminal reaches the whole session, and the server has to outlive those who still use it.
    private var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        guard user.isOther else { return options }
        options.userID = user.id
        options.groupID = user.group
        options.supplementaryGroups = [user.group]
        return options
    }
}
