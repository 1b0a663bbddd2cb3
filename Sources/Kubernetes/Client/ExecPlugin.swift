import Foundation
import Subprocess
import SystemPackage

/// A program that gives a token, as kubeconfigs of clouds name one (client.authentication.k8s.io).
package struct ExecPlugin: Sendable, Equatable {
    static let apiVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

    package var apiVersion: String
    package var command: String
    package var arguments: [String]
    package var environment: [String: String]

    package init(apiVersion: String, command: String, arguments: [String] = [], environment: [String: String] = [:]) {
        self.apiVersion = apiVersion
        self.command = command
        self.arguments = arguments
        self.environment = environment
    }

    struct Token: Sendable, Equatable {
        var text: String
        /// nil for one that is good until the server refuses it.
        var expiry: Date?
    }

    private static let longest = 1 << 20
    private static let patience = Duration.seconds(60)

    private struct Answer: Decodable {
        struct Status: Decodable {
            var token: String?
            var expirationTimestamp: Date?
        }

        var apiVersion: String
        var status: Status?
    }

    /// Runs the program, without a terminal: one that would ask somebody fails.
    func token() async throws -> Token {
        let output = try await output()
        let answer: Answer
        do {
            answer = try KubernetesJSON.decoder().decode(Answer.self, from: Data(output.utf8))
        } catch {
            throw KubernetesError(.configuration, "\(command) printed no ExecCredential", cause: error)
        }
        guard answer.apiVersion == apiVersion, let token = answer.status?.token, !token.isEmpty else {
            throw KubernetesError(
                .configuration,
                "\(command) gave no token of \(apiVersion); plugins that give certificates are not supported"
            )
        }
        return Token(text: token, expiry: answer.status?.expirationTimestamp)
    }

    private func output() async throws -> String {
        var environment = self.environment
        let info = #"{"apiVersion":"\#(apiVersion)","kind":"ExecCredential","spec":{"interactive":false}}"#
        environment["KUBERNETES_EXEC_INFO"] = info
        let updates = Dictionary(
            uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
        )
        do {
            return try await withThrowingTaskGroup(of: String?.self) { group in
                group.addTask {
                    let result = try await run(
                        command.contains("/") ? .path(FilePath(command)) : .name(command),
                        arguments: Arguments(arguments),
                        environment: .inherit.updating(updates),
                        input: .none,
                        output: .string(limit: Self.longest),
                        error: .string(limit: Self.longest)
                    )
                    guard result.terminationStatus.isSuccess else {
                        let words = result.standardError.suffix(500)
                        throw KubernetesError(
                            .configuration,
                            "\(command) ended with \(result.terminationStatus): \(words)"
                        )
                    }
                    return result.standardOutput
                }
                group.addTask {
                    try await Task.sleep(for: Self.patience)
                    return nil
                }
                defer { group.cancelAll() }
                guard let output = try await group.next() ?? nil else {
                    throw KubernetesError(.configuration, "\(command) gave no token within a minute")
                }
                return output
            }
        } catch {
            if Task.isCancelled { throw CancellationError() }
            if let error = error as? KubernetesError { throw error }
            throw KubernetesError(.configuration, "\(command) cannot be run", cause: error)
        }
    }
}
