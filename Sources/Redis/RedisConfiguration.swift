import Foundation

/// Where a Redis server is, who we are to it, and how long to wait for it.
package struct RedisConfiguration: Sendable, Equatable {
    package enum Endpoint: Sendable, Equatable {
        /// With TLS when there is something that it goes by.
        case tcp(host: String, port: Int, tls: RedisTLSFiles?)
        case unix(path: String)
    }

    package let endpoint: Endpoint
    package let user: String?
    let password: String?
    package let database: Int
    /// Of each step of making a connection: the socket, TLS, the login.
    package var connectTimeout: Duration = .seconds(1)
    /// Of the answer to a command that the server is not asked to hold.
    package var commandTimeout: Duration = .seconds(1)

    /// Reads `redis://[user[:password]@]host[:port][/database]`, the same with `rediss://` for TLS, and
    /// `unix:///path/to/socket[?db=database]`; user and password are percent-encoded. Throws `badURL`, whose message never
    /// quotes the text, for it may hold a password.
    package init(url text: String, tls files: RedisTLSFiles = RedisTLSFiles()) throws(RedisError) {
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased() else {
            throw RedisError(.badURL, "the Redis URL cannot be read; it looks like redis://host:6379/0")
        }
        try Self.check(files, scheme)
        switch scheme {
        case "redis", "rediss":
            guard let host = url.host, !host.isEmpty, !host.utf8.contains(0) else {
                throw RedisError(.badURL, "the Redis URL names no host")
            }
            let port = url.port ?? 6379
            guard (1...65535).contains(port) else {
                throw RedisError(.badURL, "the port of the Redis URL is not a number from 1 to 65535")
            }
            // An IPv6 address stands in brackets, which are the URL's and not the resolver's.
            endpoint = .tcp(
                host: host.trimmingCharacters(in: ["[", "]"]),
                port: port,
                tls: scheme == "rediss" ? files : nil
            )
            database = try Self.database(String(url.path.drop { $0 == "/" }))
        case "unix":
            guard url.host?.isEmpty != false, url.path.hasPrefix("/"), !url.path.utf8.contains(0) else {
                throw RedisError(.badURL, "the Redis URL names no socket; it looks like unix:///run/redis/redis.sock")
            }
            endpoint = .unix(path: url.path)
            database = try Self.database(url.queryItems?.first { $0.name == "db" }?.value ?? "")
        default:
            throw RedisError(.badURL, "the Redis URL begins with none of redis://, rediss:// and unix://")
        }
        user = url.user.flatMap { $0.isEmpty ? nil : $0 }
        password = url.password
        if user != nil, password == nil {
            throw RedisError(
                .badURL,
                "the Redis URL names a user and no password; a password alone is redis://:password@host"
            )
        }
    }

    /// Nobody shall believe that a connection is encrypted, or that we show a certificate, when it is not so.
    private static func check(_ files: RedisTLSFiles, _ scheme: String) throws(RedisError) {
        guard scheme == "rediss" || files.isEmpty else {
            throw RedisError(
                .badURL,
                "there are files for TLS (VLOG_REDIS_CA_FILE and its like), and the Redis URL does not begin with rediss://"
            )
        }
        guard (files.certificate == nil) == (files.key == nil) else {
            throw RedisError(
                .badURL,
                "a certificate needs its key: set both VLOG_REDIS_CERT_FILE and VLOG_REDIS_KEY_FILE"
            )
        }
    }

    private static func database(_ text: String) throws(RedisError) -> Int {
        guard !text.isEmpty else { return 0 }
        guard let number = Int(text), (0...1_000_000).contains(number) else {
            throw RedisError(.badURL, "the database in the Redis URL is not a number")
        }
        return number
    }
}

/// Names the place and never the password.
extension RedisConfiguration: CustomStringConvertible, CustomReflectable {
    package var description: String {
        switch endpoint {
        case .tcp(let host, let port, let tls):
            "\(host.contains(":") ? "[\(host)]" : host):\(port), database \(database)\(tls == nil ? "" : ", with TLS")"
        case .unix(let path): "\(path), database \(database)"
        }
    }

    package var customMirror: Mirror { Mirror(self, children: []) }
}
