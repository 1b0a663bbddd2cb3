/// What is wrong with a `multipart/form-data` body.
struct MultipartError: Error, Equatable, CustomStringConvertible {
    enum Code: String, Sendable {
        /// The body ends before its closing boundary.
        case incomplete
        /// It is not what RFC 7578 says.
        case malformed
        /// A bound of the parser was passed.
        case tooLarge
    }

    let code: Code
    /// A sentence for the sender.
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var description: String { "\(code.rawValue): \(message)" }
}
