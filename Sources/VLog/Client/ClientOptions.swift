import ArgumentParser
import Foundation
import SystemPackage

/// Where the Admin API is and how to prove who asks; shared by all client commands.
struct ClientOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Address of the Admin API (VLOG_ADMIN_URL; \(ClientOptions.defaultURL) when unset).",
            valueName: "url"
        )
    )
    var adminURL: String?

    @Flag(help: "Print the server's JSON instead of text.")
    var json = false

    static let defaultURL = "http://127.0.0.1:9001"

    /// Runs `body` with a connected client and turns what it throws into a message and an exit status.
    func withClient(_ body: (AdminClient) async throws -> Void) async throws {
        let environment = ProcessInfo.processInfo.environment
        let client = AdminClient(
            url: adminURL ?? environment["VLOG_ADMIN_URL"] ?? ClientOptions.defaultURL,
            secret: ClientOptions.secret(environment)
        )
        do {
            try await body(client)
        } catch let error as ClientError {
            throw error.exit()
        }
    }

    /// `VLOG_ADMIN_API_SECRET`, else the file that `vlog up` of this user keeps in its data folder.
    private static func secret(_ environment: [String: String]) -> String? {
        if let secret = environment["VLOG_ADMIN_API_SECRET"], !secret.isEmpty { return secret }
        return try? DataFolder(path: DataFolder.defaultPath(environment)).adminSecret()
    }
}
