import VLogCore

/// Which accelerator a plan is for, and what is known of it on this machine.
package struct Acceleration: Sendable, Equatable {
    package let accelerator: Accelerator
    /// The render node of VA-API and Quick Sync, for example `/dev/dri/renderD128`; others ignore it.
    let renderNode: String
    /// The options that each codec's encoder took when it was tried; a codec without one gets all of them.
    let variants: [VideoCodec: EncoderVariant]
    /// Whether the card may decode the source too, as far as it can.
    let mayDecode: Bool
    /// What gives pictures in memory their size.
    let scaler: PictureScaler

    package init(
        _ accelerator: Accelerator,
        renderNode: String = RenderNode.usual,
        variants: [VideoCodec: EncoderVariant] = [:],
        mayDecode: Bool = true,
        scaler: PictureScaler = .zimg
    ) {
        self.accelerator = accelerator
        self.renderNode = renderNode
        self.variants = variants
        self.mayDecode = mayDecode
        self.scaler = scaler
    }

    package static let cpu = cpu(scaler: .zimg)

    static func cpu(scaler: PictureScaler) -> Acceleration { Acceleration(.cpu, mayDecode: false, scaler: scaler) }

    /// The same, with the source decoded by the CPU.
    var withoutDecoding: Acceleration {
        Acceleration(accelerator, renderNode: renderNode, variants: variants, mayDecode: false, scaler: scaler)
    }

    /// Options that open the card once, under a name that the decoder and `hwupload` use. They come before the input.
    var deviceArguments: [String] {
        switch accelerator {
        case .cpu: []
        case .nvidia: ["-init_hw_device", "cuda=card:0", "-filter_hw_device", "card"]
        case .vaapi: ["-init_hw_device", "vaapi=card:\(renderNode)", "-filter_hw_device", "card"]
        case .qsv:
            // Through VA-API, because only there a render node can be named.
            [
                "-init_hw_device", "vaapi=node:\(renderNode)", "-init_hw_device", "qsv=card@node",
                "-filter_hw_device", "card",
            ]
        }
    }

    /// Options of an input that the card decodes, with its pictures left there.
    var decodingArguments: [String] {
        let format =
            switch accelerator {
            case .cpu: ""
            case .nvidia: "cuda"
            case .vaapi: "vaapi"
            case .qsv: "qsv"
            }
        guard !format.isEmpty else { return [] }
        // For those that a deinterlacer and queues hold; NVDEC has 32 in all, of which a stream may want half.
        return [
            "-hwaccel", format, "-hwaccel_device", "card", "-hwaccel_output_format", format, "-extra_hw_frames", "8",
        ]
    }
}
