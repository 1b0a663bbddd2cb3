import ArgumentParser
import Foundation

/// Why a client command could not do what it was asked.
struct ClientError: Error, CustomStringConvertible {
    enum Code: Int32 {
        /// The server answered, and refused.
        case refused = 1
        /// Nothing answered at the address (`EX_UNAVAILABLE`).
        case unreachable = 69
        /// The secret is missing or wrong (`EX_NOPERM`).
        case notAllowed = 77
    }

    let code: Code
    let message: String

    var description: String { message }

    /// Ends the program with the message on standard error and the code as exit status.
    func exit() -> ExitCode {
        StandardError.write("error: \(message)\n")
        return ExitCode(code.rawValue)
    }
}

/// Standard error as a place for messages, so that standard output holds results alone.
enum StandardError {
    static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}

/// Standard output for results.
enum StandardOutput {
    static func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }
}
