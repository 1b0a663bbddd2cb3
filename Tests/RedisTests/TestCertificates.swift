import Foundation
import Subprocess
import SystemPackage
import TestSupport

/// Certificates and keys in a folder, made by the program openssl.
struct TestCertificates: Sendable {
    let folder: FilePath

    /// Calls `body` with two authorities, `ours` and `foreign`, and for each a certificate of localhost with the same name and
    /// `-server` behind it.
    static func with<Output>(_ body: (TestCertificates) async throws -> Output) async throws -> Output {
        try await withTemporaryDirectory { folder in
            let certificates = TestCertificates(folder: folder)
            for authority in ["ours", "foreign"] {
                try await certificates.openssl(
                    ["req", "-x509", "-days", "2", "-subj", "/CN=\(authority)"] + certificates.newKey(authority)
                        + ["-out", certificates.certificate(authority).string]
                )
                try await certificates.issue("\(authority)-server", by: authority)
            }
            return try await body(certificates)
        }
    }

    func certificate(_ name: String) -> FilePath { folder.appending("\(name).crt") }

    func key(_ name: String) -> FilePath { folder.appending("\(name).key") }

    /// One that is for `names`, none when there are none; its common name is localhost in any case.
    func issue(
        _ name: String,
        by authority: String = "ours",
        for names: String = "DNS:localhost,IP:127.0.0.1",
        days: Int = 2
    ) async throws {
        let (request, extensions) = (folder.appending("\(name).csr").string, folder.appending("\(name).ext").string)
        let text = names.isEmpty ? "basicConstraints = CA:FALSE\n" : "subjectAltName = \(names)\n"
        try Data(text.utf8).write(to: URL(filePath: extensions))
        try await openssl(["req", "-new", "-subj", "/CN=localhost", "-out", request] + newKey(name))
        try await openssl([
            "x509", "-req", "-in", request, "-days", "\(days)", "-extfile", extensions, "-out",
            certificate(name).string, "-CA", certificate(authority).string, "-CAkey", key(authority).string,
            "-set_serial", "\(UInt32.random(in: 1...(.max)))",
        ])
    }

    /// A copy of a key that only a passphrase opens.
    func encrypt(_ name: String, as copy: String) async throws {
        try await openssl([
            "ec", "-in", key(name).string, "-aes256", "-passout", "pass:sesame", "-out", key(copy).string,
        ])
    }

    private func newKey(_ name: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key(name).string]
    }

    private func openssl(_ arguments: [String]) async throws {
        let result = try await Subprocess.run(
            .name("openssl"),
            arguments: Arguments(arguments),
            input: .none,
            output: .discarded,
            error: .string(limit: 1 << 16)
        )
        guard result.terminationStatus.isSuccess else { throw TestSupportError("openssl: \(result.standardError)") }
    }
}
