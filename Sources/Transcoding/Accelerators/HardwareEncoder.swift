import VLogCore

/// The options of a card's encoder for one rung: closed GOPs of one length that begin with an IDR picture, nothing that
/// may begin another, and a cap on the bit rate. Only names and values that ffmpeg 5.1 and 9 both have.
struct HardwareEncoder {
    let accelerator: Accelerator
    let codec: VideoCodec
    let variant: EncoderVariant
    let effort: EncodingEffort
    /// Ten bits; never with H.264.
    let isHDR: Bool
    let framesPerGOP: Int
    let maximumKilobits: Int
    let bufferKilobits: Int

    init(plan: TranscodePlan, rung: Rung) {
        accelerator = plan.accelerator
        codec = rung.codec
        variant = plan.acceleration.variants[rung.codec] ?? .full
        effort = plan.effort
        isHDR = rung.isHDR
        framesPerGOP = plan.framesPerGOP
        maximumKilobits = rung.maximumKilobits
        bufferKilobits = rung.bufferKilobits
    }

    /// For the survey: a small picture, the usual effort.
    init(_ accelerator: Accelerator, _ codec: VideoCodec, _ variant: EncoderVariant, tenBit: Bool) {
        self.accelerator = accelerator
        self.codec = codec
        self.variant = variant
        effort = .fast
        isHDR = tenBit
        framesPerGOP = 4
        maximumKilobits = 1_000
        bufferKilobits = 1_500
    }

    /// ffmpeg's name of it, for example `hevc_nvenc`.
    static func name(_ codec: VideoCodec, on accelerator: Accelerator) -> String {
        switch accelerator {
        case .cpu:
            switch codec {
            case .h264: "libx264"
            case .hevc: "libx265"
            case .av1: "libsvtav1"
            }
        case .nvidia: "\(codec.rawValue)_nvenc"
        case .vaapi: "\(codec.rawValue)_vaapi"
        case .qsv: "\(codec.rawValue)_qsv"
        }
    }

    /// Not for `cpu`, whose encoders are in `VideoEncoder`.
    var arguments: [String] {
        let own =
            switch accelerator {
            case .cpu: [String]()
            case .nvidia: nvenc
            case .vaapi: vaapi
            case .qsv: quickSync
            }
        return ["-c:v", HardwareEncoder.name(codec, on: accelerator)] + own + profile
            + ["-g", "\(framesPerGOP)", "-flags", "+cgop"] + (codec == .hevc ? ["-tag:v", "hvc1"] : [])
    }

    private var profile: [String] {
        switch codec {
        case .h264: ["-profile:v", "high"]
        case .hevc: ["-profile:v", isHDR ? "main10" : "main"]
        // NVENC has no such option, and the others choose by the picture.
        case .av1: []
        }
    }

    var cap: [String] { ["-maxrate", "\(maximumKilobits)k", "-bufsize", "\(bufferKilobits)k"] }

    /// What an encoder aims at that has to be told a rate: two thirds of the cap, as the cap is what hard scenes take.
    var aim: [String] { ["-b:v", "\(maximumKilobits * 2 / 3)k"] }
}
