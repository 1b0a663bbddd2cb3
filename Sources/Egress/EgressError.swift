/// Why an address could not be asked. The message names the host, never a path, a query or a credential.
package struct EgressError: Error, CustomStringConvertible, Sendable {
    package enum Code: Sendable, Equatable {
        /// No `http` or `https` address.
        case badURL
        /// The name stands for an address that must not be asked, or redirects lead to one.
        case refusedAddress
        case unresolved
        case unreachable
        /// The certificate is not valid for the host, or TLS failed otherwise.
        case tls
        /// It took too long, or nothing came for too long.
        case timeout
        /// More bytes than the request allows.
        case tooLarge
        case tooManyRedirects
        /// The connection ended in the middle, or the answer was no HTTP.
        case broken
        case cancelled
    }

    package let code: Code
    package let message: String

    /// Whether the same request may have another end a little later.
    package var isRetryable: Bool {
        switch code {
        case .unresolved, .unreachable, .timeout, .broken: true
        case .badURL, .refusedAddress, .tls, .tooLarge, .tooManyRedirects, .cancelled: false
        }
    }

    package var description: String { message }
}
