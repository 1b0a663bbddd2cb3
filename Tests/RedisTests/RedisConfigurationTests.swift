import Testing

@testable import Redis

@Suite(.timeLimit(.minutes(2))) struct RedisConfigurationTests {
    @Test func aURLNamesPlaceUserAndDatabase() throws {
        let full = try RedisConfiguration(url: "redis://vlog:p%40ss%2Fword@redis.example:6380/3")
        #expect(full.endpoint == .tcp(host: "redis.example", port: 6380))
        #expect(full.user == "vlog")
        #expect(full.password == "p@ss/word")
        #expect(full.database == 3)

        let short = try RedisConfiguration(url: "redis://:secret@[::1]")
        #expect(short.endpoint == .tcp(host: "::1", port: 6379))
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
        "rediss://:secret@host", "http://:secret@host", "unix://", "unix:relative", "unix:///s?db=secret",
        "redis://secret@host", "redis://:secret@ho st",
    ])
    func aURLThatCannotBeUsedIsRefusedWithoutBeingQuoted(url: String) {
        let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: url) }
        #expect(error?.code == .badURL)
        #expect(error?.description.contains("secret") == false)
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
