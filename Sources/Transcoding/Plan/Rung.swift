import Packaging
import VLogCore

/// One picture track of the ladder: its size, its codec, its share of bits, and what the encoder must promise.
package struct Rung: Sendable, Equatable {
    package let quality: Quality
    package let codec: VideoCodec
    /// `standard`, or that of the source where the rung keeps it.
    package let dynamicRange: ProbedSource.DynamicRange
    /// Upright, even, square pixels.
    package let size: PixelSize
    /// kbit/s that the encoder may not pass over `bufferKilobits`.
    package let maximumKilobits: Int
    /// What H.264 promises; the encoders of the other codecs choose the lowest level by themselves.
    package let level: H264Level?

    package var bufferKilobits: Int { maximumKilobits * 3 / 2 }
    package var isHDR: Bool { dynamicRange != .standard }

    /// The folder's name in the first generation: `1080p`, `1080p-hevc`, `1080p-hevc-hdr`.
    var name: String {
        quality.rawValue + (codec == .h264 ? "" : "-\(codec.rawValue)") + (isHDR ? "-hdr" : "")
    }

    init(
        quality: Quality,
        codec: VideoCodec = .h264,
        dynamicRange: ProbedSource.DynamicRange = .standard,
        size: PixelSize,
        frameRate: Double
    ) {
        self.quality = quality
        self.codec = codec
        self.dynamicRange = dynamicRange
        self.size = size
        maximumKilobits = RateControl.maximumKilobits(size: size, frameRate: frameRate, codec: codec)
        level =
            codec == .h264 ? H264Level.smallest(size: size, frameRate: frameRate, kilobits: maximumKilobits) : nil
    }

    /// Every size in every codec, best first within a codec; what keeps a high dynamic range comes last.
    static func ladder(for video: ProbedSource.Video, profile: TranscodeProfile) -> [Rung] {
        let sizes = sizes(for: video.displaySize, qualities: profile.qualities)
        let isPlain = profile.format == .transportStream || profile.codecs.isEmpty
        let codecs = isPlain ? [.h264] : profile.codecs.removingRepeats
        let ranges: [(ProbedSource.DynamicRange, [VideoCodec])] =
            profile.keepsHDR && !isPlain && video.dynamicRange != .standard
            ? [(.standard, codecs), (video.dynamicRange, codecs.filter(\.canHoldHDR))] : [(.standard, codecs)]
        return ranges.flatMap { range, codecs in
            codecs.flatMap { codec in
                sizes.map { quality, size in
                    Rung(
                        quality: quality,
                        codec: codec,
                        dynamicRange: range,
                        size: size,
                        frameRate: video.frameRate.framesPerSecond
                    )
                }
            }
        }
    }

    /// The sizes that a source is offered in, largest first: those of `qualities` that are not above it by the short
    /// side. One that is above by less than 2 % counts as its size (479 lines are 480p), yet nothing is enlarged.
    /// A source below all of them keeps its own size.
    private static func sizes(for source: PixelSize, qualities: [Quality]) -> [(Quality, PixelSize)] {
        let fitting = Set(qualities).sorted(by: >).filter { $0.lines * 50 <= source.shortSide * 51 }
        guard !fitting.isEmpty else { return [(Quality(lines: source.even.shortSide), source.even)] }
        return fitting.map { ($0, size(of: source, lines: $0.lines)) }
    }

    /// The source's shape with a short side of `lines`, or its own size when that is smaller.
    private static func size(of source: PixelSize, lines: Int) -> PixelSize {
        let own = source.even
        guard lines < own.shortSide else { return own }
        let long = Double(source.longSide) * Double(lines) / Double(source.shortSide)
        let even = PixelSize(max(2, Int((long / 2).rounded()) * 2), max(2, lines & ~1))
        return source.isUpright ? even.turned : even
    }
}

extension VideoCodec {
    /// Whether players expect ten bits of it.
    var canHoldHDR: Bool { self != .h264 }
}

extension [VideoCodec] {
    fileprivate var removingRepeats: [VideoCodec] {
        reduce(into: []) { unique, codec in if !unique.contains(codec) { unique.append(codec) } }
    }
}
