import Redis
import VLogCore

/// Reads what Redis says of entries: <https://redis.io/docs/latest/commands/xreadgroup/>. What is not as it should be,
/// because somebody else wrote it, comes as an entry without a job, to be acknowledged and forgotten.
enum StreamEntries {
    struct Read: Equatable {
        let entry: StreamEntry
        let job: JobID?
    }

    /// Of `XREADGROUP`: null, or for each stream its name and its entries.
    static func read(_ reply: RedisReply) throws(RedisError) -> [Read] {
        if reply == .null { return [] }
        guard let streams = reply.array else { throw RedisError(.unexpectedReply, "XREADGROUP: \(reply.kind)") }
        var all: [Read] = []
        for stream in streams {
            guard let parts = stream.array, parts.count == 2, let name = parts[0].text,
                let priority = RedisKeys.priority(of: name)
            else { throw RedisError(.unexpectedReply, "XREADGROUP: \(stream.kind) in place of a stream") }
            all += try entries(parts[1], priority)
        }
        return all
    }

    /// Of `XAUTOCLAIM`: where to go on, the entries, and in newer versions those that were deleted meanwhile.
    static func takenOver(_ reply: RedisReply, _ priority: JobPriority) throws(RedisError) -> [Read] {
        guard let parts = reply.array, parts.count >= 2 else {
            throw RedisError(.unexpectedReply, "XAUTOCLAIM: \(reply.kind)")
        }
        return try entries(parts[1], priority)
    }

    private static func entries(_ reply: RedisReply, _ priority: JobPriority) throws(RedisError) -> [Read] {
        guard let entries = reply.array else { throw RedisError(.unexpectedReply, "\(reply.kind) in place of entries") }
        var read: [Read] = []
        for entry in entries {
            // Versions before 7 answer null for one that was deleted.
            if entry == .null { continue }
            guard let parts = entry.array, let id = parts.first?.text else {
                throw RedisError(.unexpectedReply, "\(entry.kind) in place of an entry")
            }
            let fields = parts.dropFirst().first?.array ?? []
            let job = fields.first?.text == "job" ? fields.dropFirst().first?.text.flatMap { JobID($0) } : nil
            read.append(Read(entry: StreamEntry(priority: priority, id: id), job: job))
        }
        return read
    }
}

extension RedisReply {
    /// For messages.
    fileprivate var kind: String {
        switch self {
        case .status: "a status"
        case .integer: "an integer"
        case .bytes: "a string"
        case .array(let elements): "an array of \(elements.count)"
        case .null: "null"
        case .error: "an error"
        }
    }
}
