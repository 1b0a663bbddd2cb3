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

    /// Different channel counts would need a group each, and every variant once per group.
    private static func check(_ audios: [Audio]) throws(PackagingError) {
        guard Set(audios.map(\.channels)).count <= 1 else {
            throw PackagingError(.invalidDescription, "sound tracks of different channel counts")
        }
        guard audios.count(where: \.isDefault) <= 1 else {
            throw PackagingError(.invalidDescription, "two default sound tracks")
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
