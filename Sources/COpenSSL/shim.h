// Swift cannot call OpenSSL's function-like macros; each of these is one of them.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline int vlog_ssl_require_tls12(SSL_CTX *context) {
    return (int)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

/// What was written may be less than what was given, and the next call may give the rest from another address.
static inline void vlog_ssl_write_in_pieces(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

/// The name that the server is asked for (SNI, RFC 6066); it is copied.
static inline int vlog_ssl_ask_for(SSL *session, const char *name) {
    return (int)SSL_set_tlsext_host_name(session, name);
}
