import VLogCore

/// What became of one encoder when it was tried.
package struct EncoderFinding: Codable, Sendable, Equatable {
    package enum Outcome: Codable, Sendable, Equatable {
        /// It encoded pictures, with options of this variant.
        case works(EncoderVariant)
        /// `message` is for people, with the line of the log.
        case deviceMissing(message: String, remedy: String)
        case notInBuild
        case failed(message: String, remedy: String)
    }

    package let accelerator: Accelerator
    package let codec: VideoCodec
    package let outcome: Outcome
    /// Whether it encoded ten bits too, as rungs need that keep a high dynamic range.
    package let holdsTenBits: Bool

    package var encoder: String { HardwareEncoder.name(codec, on: accelerator) }
    package var works: Bool { if case .works = outcome { true } else { false } }

    /// Whether trying again later may tell something else although nothing was installed.
    var mayPass: Bool { if case .failed = outcome { true } else { false } }
}
