import Packaging
import VLogCore

/// Everything that is decided about a transcode before anything runs. A value: the same source, profile and threads
/// give the same plan, and the plan the same command.
package struct TranscodePlan: Sendable, Equatable {
    package let source: ProbedSource
    /// Best first within each codec.
    package let rungs: [Rung]
    package let audio: [AudioTrack]
    package let subtitles: [SubtitleTrack]
    /// Nil when the profile wants none.
    package let sprites: SpriteSheets?
    package let effort: EncodingEffort
    package let format: StreamFormat
    package let frameRate: FrameRate
    package let framesPerGOP: Int
    package let gopsPerSegment: Int
    /// Pictures of every rung, and what the sound is cut or filled to, so that all playlists last equally long.
    package let frameCount: Int
    /// Threads per encoder and for the decoder. Given always: what ffmpeg would choose follows the cores of the
    /// machine, not the share that this process may use, and its memory with it.
    package internal(set) var threads: Int
    /// The first picture that is encoded; those before it are decoded only. A multiple of a segment's.
    package internal(set) var firstFrame = 0
    /// What encodes, with what is known of it.
    package let acceleration: Acceleration
    private let generation: Int

    /// Throws when the source is too large to be decoded within bounds, or the profile cannot be met.
    package init(
        source: ProbedSource,
        profile: TranscodeProfile,
        threads: Int,
        acceleration: Acceleration = .cpu
    ) throws(SourceError) {
        let video = source.video
        let rate = video.frameRate.framesPerSecond
        guard video.displaySize.longSide <= 16_384, video.displaySize.area <= 8_192 * 8_192 else {
            throw SourceError(.tooLarge, "The picture is \(video.displaySize) pixels; at most 8192x8192 are possible.")
        }
        self.source = source
        self.threads = max(1, threads)
        self.acceleration = acceleration
        generation = profile.generation
        frameRate = video.frameRate
        framesPerGOP = max(1, Int((profile.gopSeconds * rate).rounded()))
        gopsPerSegment = max(1, Int((profile.segmentSeconds * rate / Double(framesPerGOP)).rounded()))
        frameCount = max(1, Int((source.duration * rate).rounded()))
        rungs = Rung.ladder(for: video, profile: profile)
        format = profile.format
        let sound = AudioTrack.tracks(of: source)
        audio = format == .cmaf ? sound : Array(sound.prefix(1))
        let generation = profile.generation
        subtitles = SubtitleTrack.tracks(of: source) { TranscodePlan.folder($0, generation) }
        sprites =
            if let layout = profile.sprites {
                SpriteSheets(
                    layout: layout,
                    folder: TranscodePlan.folder("sprites", generation),
                    source: video,
                    frameCount: frameCount
                )
            } else {
                nil
            }
        effort = profile.effort
    }

    package var accelerator: Accelerator { acceleration.accelerator }

    /// Whether the source's pictures come from the card's decoder and stay on the card.
    package var decodesOnCard: Bool { acceleration.mayDecode && cardObstacle == nil }

    /// Whether the filters stay when the size of the source's pictures changes in the middle, as in recordings of
    /// television. ffmpeg would make them anew, and they would count time and pictures from the start again. Not where
    /// filters that ffmpeg puts before ours, which turn the picture, would meet the other size.
    var keepsOneGraph: Bool { !decodesOnCard && !source.video.hasDisplayMatrix }

    /// What keeps the card from all but encoding; nil also without a card.
    var cardObstacle: CardObstacle? {
        accelerator == .cpu ? nil : CardObstacle.first(for: source.video, on: accelerator)
    }

    /// Seconds of the result, exactly.
    package var duration: Double { Double(frameCount) / frameRate.framesPerSecond }

    /// Samples of each sound track at 48 kHz.
    var sampleCount: Int { frameCount * 48_000 * frameRate.denominator / frameRate.numerator }

    /// How long the last picture may be held at the end. Container headers are off by some pictures, and sound may go
    /// on after the picture; only what is missing beyond this is a source cut off.
    var heldAtEnd: Double {
        max(0, source.duration - source.video.end) + max(1, min(10, source.video.end / 50))
    }

    /// Where the packager puts what ffmpeg makes, in the order of ffmpeg's outputs: rungs, then sound.
    package var tracks: [TrackDescription] {
        let video = rungs.map { rung in
            TrackDescription.video(
                folder: TranscodePlan.folder(rung.name, generation),
                frameRate: frameRate,
                framesPerGOP: framesPerGOP,
                bitrateLimit: rung.maximumKilobits * 1_000
            )
        }
        return video + audio.map { $0.description(folder: TranscodePlan.folder($0.folder, generation)) }
    }

    private static func folder(_ name: String, _ generation: Int) -> String {
        generation > 1 ? "\(name)-g\(generation)" : name
    }
}

extension TranscodePlan {
    /// The pipes of ffmpeg, in the order of its outputs.
    var pipes: [TrackID] { format == .cmaf ? tracks.map(\.id) : transports.map(\.id) }

    /// What the packager of transport streams is told.
    var transports: [TransportDescription] {
        zip(rungs, tracks).map { rung, track in
            TransportDescription(
                folder: track.folder,
                frameRate: frameRate,
                framesPerGOP: framesPerGOP,
                width: rung.size.width,
                height: rung.size.height,
                hasSound: !audio.isEmpty,
                bitrateLimit: (rung.maximumKilobits + (audio.isEmpty ? 0 : RateControl.audioKilobits(channels: 2)))
                    * 1_000
            )
        }
    }
}
