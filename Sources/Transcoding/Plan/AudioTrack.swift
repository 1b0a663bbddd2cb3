import Packaging

/// A sound track of the result: AAC-LC at 48 kHz. Everything is offered in stereo; as soon as one track of the source
/// is surround, all of them are offered as 5.1 as well, because groups of a playlist must have the same members.
package struct AudioTrack: Sendable, Equatable {
    package let streamIndex: Int
    package let language: LanguageTag?
    /// For people, unique among the tracks of as many channels.
    package let name: String
    /// 2 or 6.
    package let channels: Int
    /// From 1 among the tracks of as many channels; the first one plays unless somebody chooses.
    package let number: Int

    static func tracks(of source: ProbedSource) -> [AudioTrack] {
        let names = TrackNames(
            source.audio.map { TrackNames.Track(title: $0.title, language: $0.language) },
            otherwise: "Audio"
        ).all
        let layouts = source.audio.contains { $0.channels >= 6 } ? [2, 6] : [2]
        return layouts.flatMap { channels in
            zip(source.audio, names).enumerated().map { index, track in
                AudioTrack(
                    streamIndex: track.0.index,
                    language: track.0.language,
                    name: track.1,
                    channels: channels,
                    number: index + 1
                )
            }
        }
    }

    /// The folder's name in the first generation.
    var folder: String {
        (channels > 2 ? "audio-surround" : "audio") + (number == 1 ? "" : "-\(number)")
    }

    /// As ffmpeg names it.
    var layout: String { channels > 2 ? "5.1" : "stereo" }

    func description(folder: String) -> TrackDescription {
        .audio(
            folder: folder,
            language: language,
            name: name,
            channels: channels,
            isDefault: number == 1,
            bitrateLimit: RateControl.audioKilobits(channels: channels) * 1_000
        )
    }
}
