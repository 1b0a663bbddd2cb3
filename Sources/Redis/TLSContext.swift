import COpenSSL

/// What a `TLSSession` begins with: the files, read, and the rules that they are for.
final class TLSContext {
    let raw: OpaquePointer

    init(_ files: RedisTLSFiles) throws(RedisError) {
        ERR_clear_error()
        guard let raw = SSL_CTX_new(TLS_client_method()) else { throw RedisError(.connectionFailed, "out of memory") }
        self.raw = raw
        guard vlog_ssl_require_tls12(raw) == 1 else { throw RedisError(.connectionFailed, "OpenSSL knows no TLS 1.2") }
        vlog_ssl_write_in_pieces(raw)
        SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nil)
        try trust(files.authorities)
        if let certificate = files.certificate, let key = files.key { try show(certificate, key) }
    }

    deinit { SSL_CTX_free(raw) }

    private func trust(_ authorities: String?) throws(RedisError) {
        guard let authorities else {
            guard SSL_CTX_set_default_verify_paths(raw) == 1 else {
                throw RedisError(.connectionFailed, "the system's authorities cannot be read")
            }
            return
        }
        guard SSL_CTX_load_verify_locations(raw, authorities, nil) == 1 else {
            throw unreadable("VLOG_REDIS_CA_FILE", authorities, "certificates")
        }
        // An authority that is named is trusted, also without the one that it has its own certificate of.
        X509_STORE_set_flags(SSL_CTX_get_cert_store(raw), UInt(X509_V_FLAG_PARTIAL_CHAIN))
    }

    private func show(_ certificate: String, _ key: String) throws(RedisError) {
        guard SSL_CTX_use_certificate_chain_file(raw, certificate) == 1 else {
            throw unreadable("VLOG_REDIS_CERT_FILE", certificate, "a certificate")
        }
        // OpenSSL would ask at the terminal.
        SSL_CTX_set_default_passwd_cb(raw) { _, _, _, _ in 0 }
        guard SSL_CTX_use_PrivateKey_file(raw, key, SSL_FILETYPE_PEM) == 1 else {
            // It compares the two itself.
            guard ERR_GET_REASON(ERR_peek_last_error()) != X509_R_KEY_VALUES_MISMATCH else {
                throw RedisError(
                    .connectionFailed,
                    "the key in VLOG_REDIS_KEY_FILE is not that of the certificate in VLOG_REDIS_CERT_FILE"
                )
            }
            throw unreadable("VLOG_REDIS_KEY_FILE", key, "a key without a passphrase")
        }
    }

    private func unreadable(_ variable: String, _ path: String, _ content: String) -> RedisError {
        let reason = ERR_reason_error_string(ERR_peek_error()).map { String(cString: $0) } ?? "nothing in it"
        return RedisError(
            .connectionFailed,
            "\(variable): '\(path)' cannot be used (\(reason)); it has to hold \(content) in PEM, readable for this user"
        )
    }
}
