import Redis

/// What `vlog doctor` says of the Redis that VLOG_REDIS_URL names, by logging in and asking it.
struct RedisCheck {
    /// The first version with XAUTOCLAIM.
    private static let oldest = (major: 6, minor: 2)

    let url: String
    let files: RedisTLSFiles

    func finding() async -> Finding {
        do throws(RedisError) {
            let configuration = try RedisConfiguration(url: url, tls: files)
            let connection = RedisConnection(configuration, name: "doctor")
            try await connection.connect()
            let facts = try await connection.run(RedisCommand("INFO", "server")).text ?? ""
            await connection.close()
            return finding(version: Self.version(in: facts), at: configuration)
        } catch {
            return Finding(
                name: "Redis",
                verdict: .mend,
                found: error.code == .badURL ? error.message : "\(error)",
                remedy: "check VLOG_REDIS_URL, and that the server runs and lets this user in; or unset it"
            )
        }
    }

    private func finding(version: String, at configuration: RedisConfiguration) -> Finding {
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        guard numbers.count >= 2, (numbers[0], numbers[1]) >= Self.oldest else {
            return Finding(
                name: "Redis",
                verdict: .mend,
                found: "version \(version) answers at \(configuration)",
                remedy: "install Redis \(Self.oldest.major).\(Self.oldest.minor) or newer, or unset VLOG_REDIS_URL"
            )
        }
        return Finding(name: "Redis", verdict: .good, found: "version \(version) answers at \(configuration)")
    }

    /// Of `redis_version:7.0.15`.
    private static func version(in facts: String) -> String {
        let key = "redis_version:"
        let line = facts.split(whereSeparator: \.isNewline).first { $0.hasPrefix(key) }
        return line.map { String($0.dropFirst(key.count)) } ?? "unknown"
    }
}
