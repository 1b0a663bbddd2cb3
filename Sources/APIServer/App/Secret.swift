import Crypto
import Foundation

/// Random tokens, and comparing what must stay secret.
package enum Secret {
    /// 256 bits from the system's generator, as text that fits into a cookie or a header.
    package static func token() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// SHA-256, under which the database knows a token.
    package static func hexHash(_ token: String) -> String {
        hash(token).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    package static func hash(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Data(token.utf8))) }

    /// Whether two secrets are the same, in a time that depends on neither: their digests are compared, whole.
    package static func matches(_ left: String, _ right: String) -> Bool {
        SHA256.hash(data: Data(left.utf8)) == SHA256.hash(data: Data(right.utf8))
    }
}
