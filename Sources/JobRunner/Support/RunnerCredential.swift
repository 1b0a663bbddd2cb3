import Foundation
import SystemPackage

/// By what the Worker API knows a runner.
enum RunnerCredential: Sendable {
    /// The key that `register` gave.
    case key(Secret)
    /// A file with the token of the pod's ServiceAccount, which is renewed there while the runner works.
    case tokenFile(FilePath)

    /// The header to send. Throws `WorkerAPIError` when the file cannot be read.
    var header: (name: String, value: String) {
        get throws {
            switch self {
            case .key(let key): return ("X-API-Key", key.value)
            case .tokenFile(let path):
                do {
                    let token = try String(contentsOfFile: path.string, encoding: .utf8)
                    return ("Authorization", "Bearer \(token.trimmingCharacters(in: .whitespacesAndNewlines))")
                } catch {
                    throw WorkerAPIError(.unauthorised, "the token of the pod cannot be read", cause: error)
                }
            }
        }
    }
}
