/// The number by which the database and the APIs know an entity. Each entity has a type of its own, so that
/// a worker's id cannot be passed where a video's is meant.
package protocol EntityID: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible,
    LosslessStringConvertible
where RawValue == Int64 {
    init(rawValue: Int64)
}

extension EntityID {
    package var description: String { String(rawValue) }

    /// Reads a positive decimal number; signs, spaces and zero are refused.
    package init?(_ description: String) {
        guard description.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let value = Int64(description), value > 0
        else { return nil }
        self.init(rawValue: value)
    }

    package init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(Int64.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A row of `videos`.
package struct VideoID: EntityID {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A row of `transcoding_jobs`.
package struct JobID: EntityID {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A row of `workers`.
package struct WorkerID: EntityID {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A row of `categories`.
package struct CategoryID: EntityID {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}
