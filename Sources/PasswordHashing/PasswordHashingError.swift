/// Why a secret could not be hashed or checked.
package struct PasswordHashingError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// More calls are waiting than the queue holds.
        case busy
        /// libargon2 failed: no memory.
        case failed
    }

    package let code: Code
    package let message: String

    package var description: String { "\(code.rawValue): \(message)" }
}
