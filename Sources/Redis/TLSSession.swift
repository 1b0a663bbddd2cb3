import COpenSSL
import Glibc

/// TLS 1.2 or newer over a connected socket that does not block, by OpenSSL, as Debian's hiredis 0.14 has none. The server
/// must prove to be the host that was asked for. Owned by one `RedisHandle` and used on its thread only. Not Sendable.
/// After any error it is of no further use.
final class TLSSession {
    /// What came of a call.
    enum Progress {
        /// So many bytes went through.
        case done(Int)
        /// `POLLIN` or `POLLOUT`: TLS has messages of its own, so one who reads may have to write first.
        case waits(for: Int32)
    }

    private let raw: OpaquePointer
    private let host: String
    private let files: RedisTLSFiles
    /// Whether the server has said anything after the handshake. In TLS 1.3 it judges our certificate only then.
    private var isAccepted = false

    /// Reads the files. Says nothing to the server yet, and leaves the socket to its owner.
    init(over socket: Int32, to host: String, _ files: RedisTLSFiles) throws(RedisError) {
        self.host = host
        self.files = files
        // The session keeps what it needs of it.
        let context = try TLSContext(files)
        guard let raw = SSL_new(context.raw) else { throw RedisError(.connectionFailed, "out of memory") }
        self.raw = raw
        try expect(host)
        guard SSL_set_fd(raw, socket) == 1 else { throw RedisError(.connectionFailed, "out of memory") }
    }

    // Without a farewell: it would be written by whatever thread lets go of us last, and Redis needs none.
    deinit { SSL_free(raw) }

    /// The host is asked for by name, and the certificate must have it as one of its alternative names.
    private func expect(_ host: String) throws(RedisError) {
        let rules = SSL_get0_param(raw)
        // The subject's common name is free text; nobody checks for whom it is (RFC 9525, section 2).
        X509_VERIFY_PARAM_set_hostflags(
            rules,
            UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS)
        )
        let isSet =
            if Self.isAddress(host) {
                X509_VERIFY_PARAM_set1_ip_asc(rules, host) == 1
            } else {
                X509_VERIFY_PARAM_set1_host(rules, host, 0) == 1 && vlog_ssl_ask_for(raw, host) == 1
            }
        guard isSet else { throw RedisError(.connectionFailed, "'\(host)' cannot be the name of a server with TLS") }
    }

    private static func isAddress(_ host: String) -> Bool {
        var bytes = in6_addr()
        return inet_pton(AF_INET, host, &bytes) == 1 || inet_pton(AF_INET6, host, &bytes) == 1
    }

    /// To be called until it is done; nothing may be read or written before.
    func shakeHands() throws(RedisError) -> Progress {
        ERR_clear_error()
        let status = SSL_connect(raw)
        if status == 1 { return .done(0) }
        return try unfinished(status) { handshakeFailure($0, systemError: $1) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(RedisError) -> Progress {
        ERR_clear_error()
        var count = 0
        let status = SSL_write_ex(raw, bytes.baseAddress, bytes.count, &count)
        if status == 1 { return .done(count) }
        return try unfinished(status) { loss($0, systemError: $1) }
    }

    func read(into bytes: UnsafeMutableRawBufferPointer) throws(RedisError) -> Progress {
        ERR_clear_error()
        var count = 0
        let status = SSL_read_ex(raw, bytes.baseAddress, bytes.count, &count)
        guard status == 1 else { return try unfinished(status) { loss($0, systemError: $1) } }
        isAccepted = true
        return .done(count)
    }

    private func unfinished(
        _ status: Int32,
        failure: (_ reason: Int32?, _ systemError: Int32) -> RedisError
    ) throws(RedisError) -> Progress {
        let systemError = errno
        switch SSL_get_error(raw, status) {
        case SSL_ERROR_WANT_READ: return .waits(for: POLLIN)
        case SSL_ERROR_WANT_WRITE: return .waits(for: POLLOUT)
        case SSL_ERROR_SSL: throw failure(ERR_GET_REASON(ERR_peek_error()), 0)
        case SSL_ERROR_SYSCALL: throw failure(nil, systemError)
        default: throw failure(nil, 0)
        }
    }

    // MARK: - What to say of it

    static func silence(_ limit: Duration) -> RedisError {
        RedisError(.connectionFailed, "no TLS within \(limit) at this port; \(plainHint)")
    }

    private static let plainHint = "if it speaks none, the URL begins with redis://, or names another port"

    private func handshakeFailure(_ reason: Int32?, systemError: Int32) -> RedisError {
        let verdict = SSL_get_verify_result(raw)
        if verdict != Int(X509_V_OK) { return RedisError(.connectionFailed, sentence(on: Int32(verdict))) }
        switch reason {
        case nil, SSL_R_UNEXPECTED_EOF_WHILE_READING:
            return RedisError(
                .connectionFailed,
                "the server broke the TLS handshake off (\(Self.text(systemError))); \(Self.plainHint)"
            )
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_HTTP_REQUEST:
            return RedisError(.connectionFailed, "what answers at this port is no TLS; \(Self.plainHint)")
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_UNSUPPORTED_PROTOCOL:
            return RedisError(
                .connectionFailed,
                "the server has neither TLS 1.2 nor TLS 1.3: its tls-protocols must name one of them"
            )
        default: return refusal(reason) ?? RedisError(.connectionFailed, "the TLS handshake failed: \(Self.text)")
        }
    }

    private func loss(_ reason: Int32?, systemError: Int32) -> RedisError {
        if let refusal = refusal(reason) { return refusal }
        let text = reason == nil ? Self.text(systemError) : Self.text
        // Its reason may be lost with the connection.
        guard isAccepted || files.certificate != nil else {
            return RedisError(.connectionLost, "\(text); if the server asks for a certificate, \(Self.certificateHint)")
        }
        return RedisError(.connectionLost, text)
    }

    private static let certificateHint = "name one in VLOG_REDIS_CERT_FILE and its key in VLOG_REDIS_KEY_FILE"

    /// When the server's reason is our certificate.
    private func refusal(_ reason: Int32?) -> RedisError? {
        switch reason {
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
            guard files.certificate == nil else { return nil }
            return RedisError(.connectionFailed, "the server asks for a client's certificate: \(Self.certificateHint)")
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
            SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
            SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, SSL_R_TLSV1_ALERT_UNKNOWN_CA:
            return RedisError(
                .connectionFailed,
                "the server does not accept the certificate in VLOG_REDIS_CERT_FILE (\(Self.text)): its tls-ca-cert-file "
                    + "must name that certificate's authority, and the certificate must be in force"
            )
        default: return nil
        }
    }

    private func sentence(on verdict: Int32) -> String {
        switch verdict {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            "the server's certificate is not for '\(host)': the Redis URL must name the server by one of the "
                + "certificate's subject alternative names"
        case X509_V_ERR_CERT_HAS_EXPIRED:
            "the server's certificate, or one of its authorities', has expired: renew it at the server"
        case X509_V_ERR_CERT_NOT_YET_VALID:
            "the server's certificate is not valid yet: check the clocks of both machines"
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE:
            "the server's certificate is of no authority that "
                + (files.authorities == nil ? "this system trusts" : "VLOG_REDIS_CA_FILE holds")
                + ": name its authority's certificate, in PEM, in VLOG_REDIS_CA_FILE"
        default: "the server's certificate is refused: \(String(cString: X509_verify_cert_error_string(Int(verdict))))"
        }
    }

    /// What OpenSSL says of the last failure.
    private static var text: String {
        ERR_reason_error_string(ERR_peek_error()).map { String(cString: $0) } ?? "an error without a name"
    }

    private static func text(_ systemError: Int32) -> String {
        systemError == 0 ? "Server closed the connection" : String(cString: strerror(systemError))
    }
}
