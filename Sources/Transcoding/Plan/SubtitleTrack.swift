import Packaging

/// Text of the source that becomes WebVTT beside the rungs.
package struct SubtitleTrack: Sendable, Equatable {
    package let streamIndex: Int
    package let description: SubtitleDescription

    static func tracks(of source: ProbedSource, folder: (String) -> String) -> [SubtitleTrack] {
        let names = TrackNames(source.subtitles.map { ($0.title, $0.language) }, otherwise: "Subtitles").all
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
