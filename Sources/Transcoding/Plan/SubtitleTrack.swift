import Packaging

/// Text of the source that becomes WebVTT beside the rungs.
package struct SubtitleTrack: Sendable, Equatable {
    package let streamIndex: Int
    package let description: SubtitleDescription

    static func tracks(of source: ProbedSource, folder: (String) -> String) -> [SubtitleTrack] {
        let known = source.subtitles.map {
            TrackNames.Track(title: $0.title, language: $0.language, isForced: $0.isForced)
        }
        let names = TrackNames(known, otherwise: "Subtitles").all
        return zip(source.subtitles, names).enumerated().map { index, track in
            let (subtitles, name) = track
            let description = SubtitleDescription(
                folder: folder(index == 0 ? "subtitles" : "subtitles-\(index + 1)"),
                language: subtitles.language,
                name: name,
                isForced: subtitles.isForced,
                isForHearingImpaired: subtitles.isForHearingImpaired
            )
            return SubtitleTrack(streamIndex: subtitles.index, description: description)
        }
    }
}
