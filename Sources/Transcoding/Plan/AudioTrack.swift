import Packaging

/// A sound track of the result: AAC-LC stereo at 48 kHz, whatever the source has.
package struct AudioTrack: Sendable, Equatable {
    package let streamIndex: Int
    package let language: LanguageTag?
    /// From 1; the first one plays unless somebody chooses.
    package let number: Int

    init(source: ProbedSource.Audio, number: Int) {
        streamIndex = source.index
        language = source.language
        self.number = number
    }

    /// The folder's name in the first generation.
    var name: String { number == 1 ? "audio" : "audio-\(number)" }

    func description(folder: String) -> TrackDescription {
        .audio(
            folder: folder,
            language: language,
            name: "Audio \(number)",
            channels: 2,
            isDefault: number == 1,
            bitrateLimit: RateControl.audioKilobits * 1_000
        )
    }
}
