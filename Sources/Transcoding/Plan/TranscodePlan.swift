import Packaging
import VLogCore

/// Everything that is decided about a transcode before anything runs. A value: the same source, profile and threads
/// give the same plan, and the plan the same command.
package struct TranscodePlan: Sendable, Equatable {
    package let source: ProbedSource
    /// Best first.
    package let rungs: [Rung]
    package let audio: [AudioTrack]
    package let frameRate: FrameRate
    package let framesPerGOP: Int
    package let gopsPerSegment: Int
    /// Pictures of every rung, and what the sound is cut or filled to, so that all playlists last equally long.
    package let frameCount: Int
    /// Threads per encoder and for the decoder. Given always: what ffmpeg would choose follows the cores of the
    /// machine, not the share that this process may use, and its memory with it.
    package let threads: Int
    private let generation: Int

    /// Throws when the source is too large to be decoded within bounds, or the profile cannot be met.
    package init(source: ProbedSource, profile: TranscodeProfile, threads: Int) throws(SourceError) {
        let video = source.video
        let rate = video.frameRate.framesPerSecond
        guard video.displaySize.longSide <= 16_384, video.displaySize.area <= 8_192 * 8_192 else {
            throw SourceError(.tooLarge, "The picture is \(video.displaySize) pixels; at most 8192x8192 are possible.")
        }
        self.source = source
        self.threads = max(1, threads)
        generation = profile.generation
        frameRate = video.frameRate
        framesPerGOP = max(1, Int((profile.gopSeconds * rate).rounded()))
        gopsPerSegment = max(1, Int((profile.segmentSeconds * rate / Double(framesPerGOP)).rounded()))
        frameCount = max(1, Int((source.duration * rate).rounded()))
        rungs = Rung.ladder(for: video.displaySize, qualities: profile.qualities, frameRate: rate)
        audio = source.audio.enumerated().map { AudioTrack(source: $0.element, number: $0.offset + 1) }
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
                folder: folder(rung.quality.rawValue),
                frameRate: frameRate,
                framesPerGOP: framesPerGOP,
                bitrateLimit: rung.maximumKilobits * 1_000
            )
        }
        return video + audio.map { $0.description(folder: folder($0.name)) }
    }

    private func folder(_ name: String) -> String { generation > 1 ? "\(name)-g\(generation)" : name }
}
