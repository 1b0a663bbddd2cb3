extension TrackDescription {
    private static let mostTracks = 32

    /// What holds over all tracks of a ladder.
    static func check(_ tracks: [TrackDescription]) throws(PackagingError) {
        guard tracks.count <= mostTracks else {
            throw PackagingError(.invalidDescription, "\(tracks.count) tracks; at most \(mostTracks) are allowed")
        }
        var folders: Set<String> = []
        for track in tracks {
            try track.check()
            guard folders.insert(track.folder).inserted else {
                throw PackagingError(.invalidDescription, "two tracks in the folder \(track.folder)")
            }
        }
        try check(tracks.compactMap(\.audio))
    }

    /// Each channel count is a group, and all groups offer the same choice (RFC 8216bis section 4.4.6.2.1).
    private static func check(_ audios: [Audio]) throws(PackagingError) {
        let groups = Dictionary(grouping: audios, by: \.channels).values
        guard groups.allSatisfy({ $0.count(where: \.isDefault) <= 1 }) else {
            throw PackagingError(.invalidDescription, "two default sound tracks of as many channels")
        }
        let choices = Set(
            groups.map { group in group.map { "\($0.name) \($0.language?.rawValue ?? "") \($0.isDefault)" } }
        )
        guard choices.count <= 1 else {
            throw PackagingError(.invalidDescription, "different sound tracks for different channel counts")
        }
    }

    private var audio: Audio? {
        guard case .audio(let audio) = content else { return nil }
        return audio
    }

    private func check() throws(PackagingError) {
        let isPlain = folder.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isPlain, (1...64).contains(folder.utf8.count) else {
            throw PackagingError(.invalidDescription, "a track in a folder that is not a plain name")
        }
        guard (1...1_000_000_000).contains(bitrateLimit) else {
            throw PackagingError(.invalidDescription, "\(folder): a bit rate of \(bitrateLimit)")
        }
    }
}
