import CArgon2
import Glibc
import ThreadExecutor

/// One thread on which libargon2 is called.
actor HashingThread {
    /// OWASP's parameters of 2024: 19 MiB, two passes, one lane.
    private static let memory: UInt32 = 19456
    private static let passes: UInt32 = 2
    private static let lanes: UInt32 = 1
    private static let saltLength = 16
    private static let hashLength = 32

    private let thread = ThreadExecutor(name: "argon2")

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    func hash(_ secret: String) throws(PasswordHashingError) -> String {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<HashingThread.saltLength).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let length = argon2_encodedlen(
            HashingThread.passes,
            HashingThread.memory,
            HashingThread.lanes,
            UInt32(HashingThread.saltLength),
            UInt32(HashingThread.hashLength),
            Argon2_id
        )
        var encoded = [CChar](repeating: 0, count: length)
        let result = withWipedCopy(of: secret) { bytes in
            argon2id_hash_encoded(
                HashingThread.passes,
                HashingThread.memory,
                HashingThread.lanes,
                bytes.baseAddress,
                bytes.count,
                salt,
                salt.count,
                HashingThread.hashLength,
                &encoded,
                length
            )
        }
        guard result == ARGON2_OK.rawValue else { throw failure(result) }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func verify(_ secret: String, against hash: String) throws(PasswordHashingError) -> Bool {
        let result = withWipedCopy(of: secret) { argon2id_verify(hash, $0.baseAddress, $0.count) }
        switch result {
        case ARGON2_OK.rawValue: return true
        case ARGON2_MEMORY_ALLOCATION_ERROR.rawValue: throw failure(result)
        default: return false
        }
    }

    private func failure(_ result: Int32) -> PasswordHashingError {
        PasswordHashingError(code: .failed, message: String(cString: argon2_error_message(result)))
    }
}

/// Lends the secret's bytes and overwrites them afterwards.
private func withWipedCopy(of secret: String, _ body: (UnsafeMutableRawBufferPointer) -> Int32) -> Int32 {
    var bytes = Array(secret.utf8)
    return bytes.withUnsafeMutableBytes { buffer in
        defer {
            if let base = buffer.baseAddress { explicit_bzero(base, buffer.count) }
        }
        return body(buffer)
    }
}
