import VLogCore

extension HardwareEncoder {
    /// Constant quality under a cap: `-cq` rules only with `vbr` and no target rate. Look-ahead would place I-frames
    /// at scene cuts, and frames at forced places would not be IDR, so both are switched off. The B-frames' default
    /// as references differs between versions, so it is always said.
    var nvenc: [String] {
        let preset =
            switch effort {
            case .fast: "p4"
            case .balanced: "p5"
            case .thorough: "p7"
            }
        let quality =
            switch codec {
            case .h264: 24
            case .hevc: 27
            case .av1: 34
            }
        let common =
            ["-preset", preset, "-tune", "hq", "-rc", "vbr", "-cq", "\(quality)", "-b:v", "0"] + cap
            + ["-no-scenecut", "1", "-forced-idr", "1", "-strict_gop", "1"]
        guard variant.hasBFrames else { return common + ["-bf", "0", "-b_ref_mode", "disabled"] }
        return common + (effort == .fast ? [] : ["-multipass", "qres"])
            + ["-bf", "3", "-b_ref_mode", "middle", "-rc-lookahead", "20", "-spatial-aq", "1", "-temporal-aq", "1"]
    }
}
