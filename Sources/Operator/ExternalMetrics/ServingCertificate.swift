import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate of our own making with which the operator serves, and its key, both in PEM. Nobody signs it but itself: the
/// APIService says that it is to be trusted.
struct ServingCertificate: Sendable, Equatable {
    private static let lifetime: TimeInterval = 365 * 86_400
    /// It is replaced when so much of its time is left.
    private static let reserve: TimeInterval = 90 * 86_400
    /// Clocks of others may be behind.
    private static let backdating: TimeInterval = 3600

    let certificate: String
    let key: String
    /// The one before, with which others may serve for some moments yet.
    let previous: String?

    init(certificate: String, key: String, previous: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.previous = previous
    }

    /// A new one for a server of this DNS name.
    static func make(name: String, replacing previous: String? = nil, now: Date) throws -> ServingCertificate {
        let key = P256.Signing.PrivateKey()
        let subject = try DistinguishedName { CommonName("vlog-operator") }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: now - backdating,
            notValidAfter: now + lifetime,
            issuer: subject,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([.dnsName(name)])
            },
            issuerPrivateKey: Certificate.PrivateKey(key)
        )
        return ServingCertificate(
            certificate: try certificate.serializeAsPEM().pemString + "\n",
            key: key.pemRepresentation + "\n",
            previous: previous
        )
    }

    /// All that callers are to trust.
    var bundle: String { certificate + (previous ?? "") }

    /// Whether it can be served under this name for a good while yet.
    func isGood(for name: String, now: Date) -> Bool {
        guard let read = try? Certificate(pemEncoded: certificate),
            let names = try? read.extensions.subjectAlternativeNames,
            let key = try? P256.Signing.PrivateKey(pemRepresentation: key)
        else { return false }
        return names.contains(.dnsName(name)) && read.publicKey == Certificate.PublicKey(key.publicKey)
            && read.notValidBefore <= now && read.notValidAfter > now + Self.reserve
    }
}
