import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import PrivatePostgres

@Suite struct ServerRefusalTests {
    private func refusal(_ folder: FilePath) async -> PrivatePostgresError? {
        await #expect(throws: PrivatePostgresError.self) { try await startedServer(in: folder) }
    }

    @Test(.enabled(if: geteuid() == 0)) func aFolderOfSomebodyElseIsLeftAlone() async throws {
        try await withServerFolder { folder in
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
            #expect(chown(folder.string, 65534, 65534) == 0)
            let error = await refusal(folder)
            #expect(error?.code == .folderNotUsable)
            #expect(error?.message.contains("belongs to the user nobody") == true)
            #expect(try folder.ownership().user == 65534)
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func aFolderThatTheServersUserCannotEnterIsNamed() async throws {
        try await withTemporaryDirectory { directory in
            #expect(chmod(directory.string, 0o700) == 0)
            let error = await refusal(directory.appending("postgres"))
            #expect(error?.code == .folderNotUsable)
            #expect(error?.message.contains("postgres cannot enter \(directory)") == true)
        }
    }

    @Test func aDatabaseOfAnotherVersionIsLeftAlone() async throws {
        try await withServerFolder { folder in
            let data = folder.appending("data").string
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            try "13\n".write(toFile: "\(data)/PG_VERSION", atomically: true, encoding: .utf8)
            let error = await refusal(folder)
            #expect(error?.code == .versionMismatch)
            #expect(error?.message.contains("postgresql-13") == true)
        }
    }

    @Test func missingProgramsNameTheirPackage() async throws {
        try await withTemporaryDirectory { empty in
            let error = await #expect(throws: PrivatePostgresError.self) {
                try await ServerBinaries.locate(version: nil, among: [empty])
            }
            #expect(error?.code == .notInstalled)
            #expect(error?.message.contains("Debian package postgresql") == true)
        }
    }
}
