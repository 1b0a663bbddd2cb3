import Crypto
import Foundation
import SwiftASN1
import X509

/// Signs certificates, as the one of an API server's aggregation layer does.
struct TestAuthority {
    private let key = P256.Signing.PrivateKey()
    private let name: DistinguishedName
    let certificate: String

    init() throws {
        name = try DistinguishedName { CommonName("front-proxy-ca") }
        certificate = try Self.sign(
            name,
            for: key.publicKey,
            by: (name, key),
            Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            }
        )
    }

    /// Certificate and key of a client, in PEM.
    func client(named commonName: String) throws -> (certificate: String, key: String) {
        let key = P256.Signing.PrivateKey()
        let certificate = try Self.sign(
            try DistinguishedName { CommonName(commonName) },
            for: key.publicKey,
            by: (name, self.key),
            Certificate.Extensions {
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.clientAuth])
            }
        )
        return (certificate, key.pemRepresentation)
    }

    private static func sign(
        _ subject: DistinguishedName,
        for key: P256.Signing.PublicKey,
        by issuer: (name: DistinguishedName, key: P256.Signing.PrivateKey),
        _ extensions: Certificate.Extensions
    ) throws -> String {
        try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key),
            notValidBefore: Date() - 60,
            notValidAfter: Date() + 3600,
            issuer: issuer.name,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions,
            issuerPrivateKey: Certificate.PrivateKey(issuer.key)
        ).serializeAsPEM().pemString
    }
}
