import Crypto
import Foundation

/// The SHA-256 of a file, in the two notations that the Worker API uses.
struct ContentDigest: Sendable, Equatable {
    private let bytes: [UInt8]

    init(of content: [UInt8]) { bytes = Array(SHA256.hash(data: content)) }

    /// Lower-case hexadecimal, as in the lists of files.
    var hexadecimal: String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The value of the `Digest` header (RFC 3230).
    var header: String { "sha-256=" + Data(bytes).base64EncodedString() }
}
