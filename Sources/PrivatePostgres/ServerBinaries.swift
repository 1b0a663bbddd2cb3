import Foundation
import Subprocess
import SystemPackage

/// The programs of one installed PostgreSQL.
struct ServerBinaries {
    let directory: FilePath
    let majorVersion: Int

    /// The oldest version whose SQL we use.
    private static let oldest = 15

    /// - Throws: `notInstalled`, or `versionMismatch` when `wanted` is not among the installed versions.
    static func locate(version wanted: Int?, among directories: [FilePath] = candidates()) async throws
        -> ServerBinaries
    {
        var installed: [ServerBinaries] = []
        for directory in directories where isComplete(directory) {
            let version = try await version(in: directory)
            // A program that was ended for our cancellation says nothing.
            try Task.checkCancellation()
            guard let version else { continue }
            installed.append(ServerBinaries(directory: directory, majorVersion: version))
        }
        let usable = installed.filter { $0.majorVersion >= oldest }.sorted { $0.majorVersion > $1.majorVersion }
        guard let newest = usable.first else {
            throw PrivatePostgresError(
                .notInstalled,
                "PostgreSQL \(oldest) or newer was not found in PATH or /usr/lib/postgresql: install the Debian package postgresql"
            )
        }
        guard let wanted else { return newest }
        guard let match = usable.first(where: { $0.majorVersion == wanted }) else {
            let found = usable.map { String($0.majorVersion) }.joined(separator: ", ")
            throw PrivatePostgresError(
                .versionMismatch,
                "the database was made by PostgreSQL \(wanted), but only \(found) is installed: install the Debian package postgresql-\(wanted), or move the database with pg_upgrade"
            )
        }
        return match
    }

    func program(_ name: String) -> FilePath { directory.appending(name) }

    /// The folders of PATH, and where Debian keeps what is not in PATH.
    private static func candidates() -> [FilePath] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let root = "/usr/lib/postgresql"
        // A folder that is not there has no versions.
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let directories = path.split(separator: ":").map(String.init) + versions.map { "\(root)/\($0)/bin" }
        return directories.map { FilePath($0) }
    }

    private static func isComplete(_ directory: FilePath) -> Bool {
        ["initdb", "pg_ctl", "postgres"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: directory.appending($0).string)
        }
    }

    /// Reads `postgres (PostgreSQL) 15.20 (Debian …)`.
    private static func version(in directory: FilePath) async throws -> Int? {
        let result = try await run(
            .path(directory.appending("postgres")),
            arguments: ["--version"],
            environment: ServerProgram.environment,
            output: .string(limit: 4096)
        )
        let words = result.standardOutput.split(separator: " ")
        return words.compactMap { Int($0.prefix { $0.isNumber }) }.first
    }
}
