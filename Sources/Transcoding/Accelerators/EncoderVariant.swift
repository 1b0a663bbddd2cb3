import VLogCore

/// How much of what a hardware encoder could do is asked of it. What a card refuses is only known by trying, so the
/// survey tries these in order and the plan uses the first that worked.
package enum EncoderVariant: String, Codable, Sendable {
    /// B-frames, quality under a cap, look-ahead.
    case full
    /// A bit rate under a cap and no B-frames: what old cards and drivers can.
    case plain
    /// Intel's fixed-function encoder, the only one that Arc and Xe have; quality under a cap.
    case lowPower = "low-power"
    case lowPowerPlain = "low-power-plain"

    static func candidates(for accelerator: Accelerator) -> [EncoderVariant] {
        switch accelerator {
        case .cpu: [.full]
        case .nvidia: [.full, .plain]
        case .vaapi, .qsv: [.full, .plain, .lowPower, .lowPowerPlain]
        }
    }

    var hasBFrames: Bool { self == .full }
    var aimsAtQuality: Bool { self == .full || self == .lowPower }
    var isLowPower: Bool { self == .lowPower || self == .lowPowerPlain }
}
