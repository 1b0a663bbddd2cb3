/// What the master playlist and the MPD are written from.
struct LadderSummary: Sendable {
    struct Video: Sendable {
        let folder: String
        let format: VideoFormat
        let frameRate: FrameRate
        let bandwidth: Bandwidth
        /// Of the I-frame playlist; nil while there is none.
        let keyFrames: Bandwidth?
        let table: SegmentTable

        /// Rungs of one codec and range, which a player may switch between.
        var family: String { "\(format.codec.prefix(4)) \(format.range.rawValue)" }
    }

    struct Audio: Sendable {
        let folder: String
        let format: AudioFormat
        let language: LanguageTag?
        /// Unique among the sound tracks, and without what a playlist cannot carry.
        let name: String
        let isDefault: Bool
        let bandwidth: Bandwidth
        let table: SegmentTable
    }

    /// Sound tracks of as many channels, of which a player chooses one.
    struct AudioGroup: Sendable {
        let channels: Int
        let audios: [Audio]

        var name: String { channels > 2 ? "surround" : "audio" }
        /// What sound adds to every rung: the most that any of its tracks does.
        var bandwidth: Bandwidth { audios.reduce(.none) { $0.merging($1.bandwidth) } }

        /// Whether a player may choose the track by its language without being asked (RFC 8216bis section 4.4.6.1): of those
        /// that it cannot tell apart the default one, else the first.
        func isChosenByPlayers(_ audio: Audio) -> Bool {
            let alike = audios.filter { $0.language == audio.language }
            return (alike.first(where: \.isDefault) ?? alike.first)?.folder == audio.folder
        }
    }

    let videos: [Video]
    let audios: [Audio]
    let subtitles: [SubtitleDescription]
    let targetDuration: Int
    var container = SegmentContainer.fragmentedMP4
    /// The codec of sound that is in the rungs themselves.
    var muxedSound: String?

    /// In the order of the descriptions; empty without sound.
    var audioGroups: [AudioGroup] {
        var channels: [Int] = []
        for audio in audios where !channels.contains(audio.format.channels) { channels.append(audio.format.channels) }
        return channels.map { count in
            AudioGroup(channels: count, audios: audios.filter { $0.format.channels == count })
        }
    }

    /// Whether a player may show the text without being asked (RFC 8216bis section 4.4.6.1.1): the first of what it
    /// cannot tell apart. Forced text always, which Apple's rules want.
    func isChosenByPlayers(_ text: SubtitleDescription) -> Bool {
        let alike = subtitles.first {
            !$0.isForced && $0.language == text.language && $0.isForHearingImpaired == text.isForHearingImpaired
        }
        return text.isForced || alike == text
    }

    /// With the sound of the first group, or of the one given.
    func bandwidth(of video: Video, with group: AudioGroup? = nil) -> Bandwidth {
        video.bandwidth + ((group ?? audioGroups.first)?.bandwidth ?? .none)
    }

    /// The rung's codec and, once each, those of the sound of the first group, or of the one given.
    func codecs(of video: Video, with group: AudioGroup? = nil) -> String {
        var codecs = [video.format.codec] + (muxedSound.map { [$0] } ?? [])
        for audio in (group ?? audioGroups.first)?.audios ?? [] where !codecs.contains(audio.format.codec) {
            codecs.append(audio.format.codec)
        }
        return codecs.joined(separator: ",")
    }

    /// End of the longest track.
    var duration: MediaTime {
        (videos.map(\.table.end) + audios.map(\.table.end)).max() ?? .zero
    }
}
