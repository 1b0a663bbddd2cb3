import Testing

@testable import Redis

@Suite(.timeLimit(.minutes(2))) struct RedisConfigurationTests {
    @Test func aURLNamesPlaceUserAndDatabase() throws {
        let full = try RedisConfiguration(url: "redis://vlog:p%40ss%2Fword@redis.example:6380/3")
        #expect(full.endpoint == .tcp(host: "redis.example", port: 6380, tls: nil))
        #expect(full.user == "vlog")
        #expect(full.password == "p@ss/word")
        #expect(full.database == 3)

        let short = try RedisConfiguration(url: "redis://:secret@[::1]")
        #expect(short.endpoint == .tcp(host: "::1", port: 6379, tls: nil))
        #expect(short.user == nil)
        #expect(short.password == "secret")
        #expect(short.database == 0)

        let socket = try RedisConfiguration(url: "unix:///run/redis%20a/redis.sock?db=2")
        #expect(socket.endpoint == .unix(path: "/run/redis a/redis.sock"))
        #expect(socket.password == nil)
        #expect(socket.database == 2)
    }

    @Test(arguments: [
        "", "redis://", "redis://host:0", "redis://host:70000", "redis://host/secret", "redis://host/-1",
        "rediss://", "rediss://secret@host", "http://:secret@host", "unix://", "unix:relative", "unix:///s?db=secret",
        "redis://secret@host", "redis://:secret@ho st",
    ])
    func aURLThatCannotBeUsedIsRefusedWithoutBeingQuoted(url: String) {
        let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: url) }
        #expect(error?.code == .badURL)
        #expect(error?.description.contains("secret") == false)
    }

    @Test func filesBelongToTLSAndACertificateToItsKey() throws {
        let files = RedisTLSFiles(environment: [
            "VLOG_REDIS_CA_FILE": "/ca", "VLOG_REDIS_CERT_FILE": "/own", "VLOG_REDIS_KEY_FILE": "/key",
        ])
        let configuration = try RedisConfiguration(url: "REDISS://:secret@redis.example", tls: files)
        let all = RedisTLSFiles(authorities: "/ca", certificate: "/own", key: "/key")
        #expect(configuration.endpoint == .tcp(host: "redis.example", port: 6379, tls: all))
        #expect("\(configuration)".hasSuffix("with TLS"))
        for url in ["redis://host", "unix:///redis.sock"] {
            let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: url, tls: files) }
            #expect(error?.message.contains("rediss://") == true)
        }
        for half in [RedisTLSFiles(certificate: "/own"), RedisTLSFiles(key: "/key")] {
            let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: "rediss://host", tls: half) }
            #expect(error?.message.contains("VLOG_REDIS_KEY_FILE") == true)
        }
        let unset = try RedisConfiguration(
            url: "redis://host",
            tls: RedisTLSFiles(environment: ["VLOG_REDIS_CA_FILE": ""])
        )
        #expect(unset.endpoint == .tcp(host: "host", port: 6379, tls: nil))
    }

    @Test func thePasswordIsInNoText() throws {
        let configuration = try RedisConfiguration(url: "redis://vlog:hunter2@host")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
        }
    }
}
