/// What one output of ffmpeg carries, and where its files go.
///
/// The bytes must come from `-avoid_negative_ts disabled -f mp4 -use_editlist 1` with the `-movflags` of
/// `videoMovFlags` or `audioMovFlags`, one track per pipe. Pictures: a constant frame rate, closed GOPs of exactly
/// `framesPerGOP` frames (the last may be shorter), and the same `-video_track_timescale` on every rung, a multiple of
/// the rate's numerator. Sound: AAC whose priming was cut (`atrim=start_sample=1024`), with `audioFragmentDuration`;
/// what lasts longer than the picture is dropped.
package struct TrackDescription: Sendable, Equatable {
    package struct Video: Sendable, Equatable {
        package let frameRate: FrameRate
        package let framesPerGOP: Int
    }

    package struct Audio: Sendable, Equatable {
        /// Nil leaves LANGUAGE and `@lang` out.
        package let language: LanguageTag?
        /// For people; quotes and control characters are replaced.
        package let name: String
        package let channels: Int
        package let isDefault: Bool
    }

    package enum Content: Sendable, Equatable {
        case video(Video)
        case audio(Audio)
    }

    /// `-movflags` of a rung.
    package static let videoMovFlags =
        "+cmaf+frag_keyframe+delay_moov+default_base_moof+skip_trailer+frag_discont"
    /// `-movflags` of a sound track.
    package static let audioMovFlags = "+cmaf+delay_moov+default_base_moof+skip_trailer"
    /// `-frag_duration` of a sound track, in microseconds: short, so that sound is not late at a segment's end.
    package static let audioFragmentDuration = 500_000

    /// One path part of `a-z`, `0-9`, `_`, `-`; unique among the tracks.
    package let folder: String
    package let content: Content
    /// Bits per second that the encoder keeps to; what a running master declares until segments are measured.
    package let bitrateLimit: Int

    package var id: TrackID { TrackID(folder: folder) }

    private init(folder: String, content: Content, bitrateLimit: Int) {
        self.folder = folder
        self.content = content
        self.bitrateLimit = bitrateLimit
    }

    /// A rung of the ladder. `framesPerGOP / frameRate` must be the same time on every rung.
    package static func video(
        folder: String,
        frameRate: FrameRate,
        framesPerGOP: Int,
        bitrateLimit: Int
    ) -> TrackDescription {
        let video = Video(frameRate: frameRate, framesPerGOP: framesPerGOP)
        return TrackDescription(folder: folder, content: .video(video), bitrateLimit: bitrateLimit)
    }

    /// A sound track that every rung shares.
    package static func audio(
        folder: String,
        language: LanguageTag?,
        name: String,
        channels: Int,
        isDefault: Bool,
        bitrateLimit: Int
    ) -> TrackDescription {
        let audio = Audio(language: language, name: name, channels: channels, isDefault: isDefault)
        return TrackDescription(folder: folder, content: .audio(audio), bitrateLimit: bitrateLimit)
    }
}
