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
