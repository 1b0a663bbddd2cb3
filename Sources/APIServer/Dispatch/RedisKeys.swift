import Catalog
import VLogCore

/// What is where in Redis. Keys belong to the database that the URL names; channels do not, so they carry its number.
struct RedisKeys: Sendable {
    /// All servers read the streams as one group, so that each entry comes to one of them.
    static let group = "servers"

    let database: Int

    /// In the order in which they are read.
    static let streams = JobPriority.allCases.sorted { $0.rawValue > $1.rawValue }.map { stream($0) }

    static func stream(_ priority: JobPriority) -> String { "vlog:jobs:\(priority.name)" }

    /// How many wrong attempts there were at something, of one address or, without one, of all. What an address holds stays
    /// out of the key's words, and the address out of Redis.
    static func attempts(at subject: String, from address: String?) -> String {
        address.map { "vlog:attempts:\(subject):\(Secret.hexHash($0))" } ?? "vlog:attempts:\(subject)"
    }

    static func priority(of stream: String) -> JobPriority? {
        JobPriority.allCases.first { self.stream($0) == stream }
    }

    var channels: [String] { Announcement.Channel.allCases.map { channel($0) } }

    func channel(_ channel: Announcement.Channel) -> String { "\(prefix)\(channel.rawValue)" }

    /// The name that the rest of the server knows the channel by.
    func name(of channel: String) -> String? {
        channel.hasPrefix(prefix) ? String(channel.dropFirst(prefix.count)) : nil
    }

    private var prefix: String { "vlog:\(database):" }
}
