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
        let command = changeOfUser + [binaries.program(name).string] + arguments
        let result = try await run(
            .path(FilePath(command[0])),
            arguments: Arguments(Array(command.dropFirst())),
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

    /// What becomes the server's user and then the program. Subprocess could do that in the child that it forks, but glibc's
    /// setgroups and setuid wait there for a lock that is never released when another of our threads was just beginning or
    /// ending: about once in 200 starts and stops.
    private var changeOfUser: [String] {
        guard user.isOther else { return [] }
        return [
            "/usr/bin/setpriv", "--reuid=\(user.id)", "--regid=\(user.group)", "--groups=\(user.group)", "--",
        ]
    }

    /// Ctrl-C in a terminal reaches the whole session, and the server has to outlive those who still use it.
    private var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        return options
    }
}
