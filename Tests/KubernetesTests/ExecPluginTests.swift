import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Kubernetes

/// Programs that give tokens.
@Suite(.timeLimit(.minutes(2))) struct ExecPluginTests {
    private static let version = "client.authentication.k8s.io/v1"

    /// Calls `body` with a plugin that runs this script.
    private func withPlugin(_ script: String, _ body: (ExecPlugin, FilePath) async throws -> Void) async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending("login")
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: file.string))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.string)
            let plugin = ExecPlugin(
                apiVersion: Self.version,
                command: file.string,
                arguments: ["token"],
                environment: ["FOLDER": folder.string]
            )
            try await body(plugin, folder)
        }
    }

    private func credential(_ token: String, expires: String = "") -> String {
        """
        echo run >> "$FOLDER/runs"
        cat <<END
        {"apiVersion":"\(Self.version)","kind":"ExecCredential","status":{"token":"\(token)"\(expires)}}
        END
        """
    }

    private func runs(_ folder: FilePath) -> Int {
        let text = try? String(contentsOfFile: folder.appending("runs").string, encoding: .utf8)
        return text?.split(separator: "\n").count ?? 0
    }

    @Test func aTokenIsAskedForOnceUntilItIsRefused() async throws {
        try await withPlugin(credential("t-$1")) { plugin, folder in
            let token = BearerToken(.plugin(plugin))
            try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<8 { group.addTask { try await token.current() } }
                for try await text in group { #expect(text == "t-token") }
            }
            #expect(runs(folder) == 1)
            await token.forget()
            #expect(try await token.current() == "t-token")
            #expect(runs(folder) == 2)
        }
    }

    @Test(arguments: [(30.0, 2), (3600.0, 1)]) func oneThatIsAboutToEndIsGotAnew(life: Double, runs: Int) async throws {
        let end = Date(timeIntervalSinceNow: life).formatted(.iso8601)
        try await withPlugin(credential("t", expires: #","expirationTimestamp":"\#(end)""#)) { plugin, folder in
            let token = BearerToken(.plugin(plugin))
            for _ in 0..<2 {
                let text = try await token.current()
                #expect(text == "t")
            }
            #expect(self.runs(folder) == runs)
        }
    }

    @Test func itIsToldThatNobodyCanBeAsked() async throws {
        let script = """
            case "$KUBERNETES_EXEC_INFO" in *'"interactive":false'*) ;; *) exit 1 ;; esac
            \(credential("t"))
            """
        try await withPlugin(script) { (plugin, _) async throws in #expect(try await plugin.token().text == "t") }
    }

    @Test(arguments: [
        ("echo 'no network' >&2; exit 3", "no network"), ("echo nonsense", "printed no ExecCredential"),
        (
            #"echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{"clientCertificateData":"x"}}'"#,
            "gave no token"
        ),
        (#"echo '{"apiVersion":"other/v1","status":{"token":"t"}}'"#, "gave no token"),
    ])
    func whatGoesWrongIsSaid(script: String, words: String) async throws {
        try await withPlugin(script) { plugin, _ in
            let error = await #expect(throws: KubernetesError.self) { try await plugin.token() }
            #expect(error?.code == .configuration)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }

    @Test func aProgramThatIsNotThereIsNamed() async throws {
        let plugin = ExecPlugin(apiVersion: Self.version, command: "no-such-program-here")
        let error = await #expect(throws: KubernetesError.self) { try await plugin.token() }
        #expect(error?.message == "no-such-program-here cannot be run")
    }
}
