import VLogCore

/// The options of the encoder of one rung: constant quality under a cap, and closed GOPs of one length, counted in
/// frames, that nothing else may begin.
struct VideoEncoder {
    let plan: TranscodePlan
    let rung: Rung

    var arguments: [String] {
        guard plan.accelerator == .cpu else { return HardwareEncoder(plan: plan, rung: rung).arguments }
        return switch rung.codec {
        case .h264: x264
        case .hevc: x265
        case .av1: svtAV1
        }
    }

    private var rate: [String] {
        [
            "-crf", "\(RateControl.quality(rung.codec))", "-maxrate", "\(rung.maximumKilobits)k",
            "-bufsize", "\(rung.bufferKilobits)k",
        ]
    }

    private var x264: [String] {
        let gop = "\(plan.framesPerGOP)"
        let preset =
            switch plan.effort {
            case .fast: "veryfast"
            case .balanced: "medium"
            case .thorough: "slow"
            }
        return ["-c:v", "libx264", "-preset", preset, "-profile:v", "high"]
            + (rung.level.map { ["-level:v", $0.description] } ?? []) + rate
            + ["-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags", "+cgop", "-rc-lookahead", "10"]
            + ["-threads", "\(plan.threads)"]
    }

    private var x265: [String] {
        let preset =
            switch plan.effort {
            case .fast: "superfast"
            case .balanced: "fast"
            case .thorough: "slow"
            }
        var parameters = [
            // Open GOPs are x265's default, and its key frames at given places are not IDR then.
            "open-gop=0", "keyint=\(plan.framesPerGOP)", "min-keyint=\(plan.framesPerGOP)", "scenecut=0",
            "pools=\(plan.threads)", "frame-threads=\(min(2, plan.threads))", "rc-lookahead=15", "log-level=error",
        ]
        if rung.dynamicRange == .perceptualQuantizer {
            // ffmpeg 5.1 carries none of it from the source by itself.
            parameters += ["hdr10=1", "hdr10-opt=1"] + (plan.source.video.mastering?.x265Parameters ?? [])
        }
        return ["-c:v", "libx265", "-preset", preset, "-profile:v", rung.isHDR ? "main10" : "main", "-tag:v", "hvc1"]
            + rate + ["-x265-params", parameters.joined(separator: ":")]
    }

    private var svtAV1: [String] {
        let preset =
            switch plan.effort {
            case .fast: "10"
            case .balanced: "8"
            case .thorough: "5"
            }
        return ["-c:v", "libsvtav1", "-preset", preset] + rate
            + ["-g", "\(plan.framesPerGOP)", "-svtav1-params", "lp=\(plan.threads)"]
    }
}
