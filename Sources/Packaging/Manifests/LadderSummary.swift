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

    let videos: [Video]
    let audios: [Audio]
    let targetDuration: Int

    /// What sound adds to every rung: the most that any of its tracks does.
    var audioBandwidth: Bandwidth { audios.reduce(.none) { $0.merging($1.bandwidth) } }

    func bandwidth(of video: Video) -> Bandwidth { video.bandwidth + audioBandwidth }

    /// The rung's codec and, once each, those of the sound.
    func codecs(of video: Video) -> String {
        var codecs = [video.format.codec]
        for audio in audios where !codecs.contains(audio.format.codec) { codecs.append(audio.format.codec) }
        return codecs.joined(separator: ",")
    }

    /// End of the longest track.
    var duration: MediaTime {
        (videos.map(\.table.end) + audios.map(\.table.end)).max() ?? .zero
    }
}
