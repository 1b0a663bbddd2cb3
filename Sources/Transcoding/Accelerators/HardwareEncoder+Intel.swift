import VLogCore

extension HardwareEncoder {
    /// A quality with a target and a cap (QVBR), or where the driver has no such mode a target and a cap. Every I-frame
    /// is an IDR, and there are no others than those of the GOP.
    var vaapi: [String] {
        let mode =
            variant.aimsAtQuality ? ["-rc_mode", "QVBR", "-global_quality", "\(intelQuality)"] : ["-rc_mode", "VBR"]
        return mode + aim + cap
            + ["-bf", "\(bFrames(2))", "-b_depth", "1", "-idr_interval", "0", "-async_depth", "4"]
            + (variant.isLowPower ? ["-low_power", "1"] : [])
    }

    /// With a target, a cap and a quality the runtime is asked for QVBR, without the quality for VBR. Look-ahead is not
    /// asked for: its modes ignore the cap.
    var quickSync: [String] {
        let preset =
            switch effort {
            case .fast: "faster"
            case .balanced: "medium"
            case .thorough: "slower"
            }
        return ["-preset", preset] + (variant.aimsAtQuality ? ["-global_quality", "\(intelQuality)"] : []) + aim + cap
            + ["-bf", "\(bFrames(3))", "-forced_idr", "1"] + quickSyncGOP
            + (variant.isLowPower ? ["-low_power", "1"] : [])
    }

    /// Only the H.264 encoder has all of these in both versions.
    private var quickSyncGOP: [String] {
        switch codec {
        case .h264: ["-idr_interval", "0", "-adaptive_i", "0", "-adaptive_b", "0"]
        case .hevc: ["-idr_interval", "0"]
        case .av1: ["-adaptive_i", "0", "-adaptive_b", "0"]
        }
    }

    private func bFrames(_ count: Int) -> Int { variant.hasBFrames && codec != .av1 ? count : 0 }

    private var intelQuality: Int {
        switch codec {
        case .h264: 24
        case .hevc: 26
        case .av1: 28
        }
    }
}
