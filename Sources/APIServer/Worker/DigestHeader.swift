import Foundation

/// The value of a `Digest` header (RFC 3230, RFC 5843).
enum DigestHeader {
    /// The 32 bytes of the first `sha-256=<base64>` in it; nil when there is none, or it is not that.
    static func sha256(_ value: String) -> [UInt8]? {
        for item in value.split(separator: ",") {
            let item = item.trimmingCharacters(in: .whitespaces)
            guard item.prefix(8).lowercased() == "sha-256=" else { continue }
            guard let digest = Data(base64Encoded: String(item.dropFirst(8))), digest.count == 32 else { return nil }
            return Array(digest)
        }
        return nil
    }
}
