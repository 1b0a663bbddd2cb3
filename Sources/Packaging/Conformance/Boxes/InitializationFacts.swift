/// What an init segment says, whether or not it should.
struct InitializationFacts: Sendable {
    struct Edit: Sendable, Equatable {
        let duration: Int
        /// −1 is an empty edit.
        let mediaTime: Int
    }

    struct Track: Sendable {
        var id: UInt32 = 0
        var handler: FourCC = "\0\0\0\0"
        /// Ticks per second; 1 when it could not be read.
        var timescale = 1
        /// Of tkhd and of mdhd: ticks.
        var durations: [Int] = []
        /// Pixels as shown, of tkhd.
        var width = 0
        var height = 0
        var isTurned = false
        var edits: [Edit] = []
        /// Entries of stts, stsc, stsz and stco.
        var tableCounts: [FourCC: Int] = [:]
        var entries: [SampleEntryFacts] = []

        var isVideo: Bool { handler == "vide" }
        var isAudio: Bool { handler == "soun" }
        var entry: SampleEntryFacts? { entries.first }
        /// Where the first edit that shows something begins.
        var mediaTime: Int { edits.first { $0.mediaTime >= 0 }?.mediaTime ?? 0 }
        /// Seconds that empty edits put before it, in ticks of the movie.
        var emptyEdits: [Edit] { edits.filter { $0.mediaTime < 0 } }
    }

    var boxes: [PlacedBox] = []
    var brands: Set<FourCC> = []
    var movieDuration = 0
    var tracks: [Track] = []
    var defaults: [UInt32: SampleDefaults] = [:]
    var hasMovieExtends = false
    /// What could not be read.
    var problems: [String] = []

    func track(_ id: UInt32) -> Track? { tracks.first { $0.id == id } }

    var main: Track? { tracks.first(where: \.isVideo) ?? tracks.first }
}
