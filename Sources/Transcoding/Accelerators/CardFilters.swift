import VLogCore

/// The filters that work on pictures which lie on a card. Only names and values that ffmpeg 5.1 and 9 both have.
struct CardFilters {
    let accelerator: Accelerator
    /// What scales without a card.
    var scaler = PictureScaler.zimg

    /// One size from another, also where they are the same: the encoders hold pictures for long, and those of the decoder
    /// are few. None of these filters makes the pixels square by itself in 5.1.
    func scale(to size: PixelSize, isHDR: Bool) -> [String] {
        let filter =
            switch accelerator {
            case .cpu: scaler.filter(to: size)
            case .nvidia:
                "scale_cuda=w=\(size.width):h=\(size.height):interp_algo=bicubic:passthrough=0"
                    + ":format=\(format(isHDR: isHDR))"
            case .vaapi:
                "scale_vaapi=w=\(size.width):h=\(size.height):mode=hq:format=\(format(isHDR: isHDR))\(spare)"
            case .qsv: "vpp_qsv=w=\(size.width):h=\(size.height):format=\(format(isHDR: isHDR))"
            }
        return [filter, "setsar=1"]
    }

    /// The colours of the largest rung, for pictures that have its size already.
    func top(_ video: ProbedSource.Video, size: PixelSize, isHDR: Bool) -> [String] {
        guard isHDR || video.dynamicRange == .standard else {
            return ["tonemap_vaapi=format=nv12:t=bt709:m=bt709:p=bt709\(spare)", "setsar=1"]
        }
        return ["setsar=1"] + ColourFilters(video: video, size: size, scaler: FilterGraph.scaler).tags
    }

    /// From the CPU to the card. Quick Sync's pool of pictures cannot grow; `held` is how many encoders and scalers may
    /// hold at once.
    func upload(isHDR: Bool, held: Int = 64) -> [String] {
        [
            "format=\(isHDR ? "p010le" : "nv12")",
            accelerator == .qsv ? "hwupload=extra_hw_frames=\(held)" : "hwupload",
        ]
    }

    /// From the card to the CPU, for 8 bits.
    var download: [String] { accelerator == .cpu ? [] : ["hwdownload", "format=nv12"] }

    /// Fields to pictures at twice the rate; nil where no filter does that in both versions.
    var deinterlace: String? {
        switch accelerator {
        case .nvidia: "yadif_cuda=mode=send_field:deint=interlaced"
        case .vaapi: "deinterlace_vaapi=rate=field:auto=1\(spare)"
        case .cpu, .qsv: nil
        }
    }

    private func format(isHDR: Bool) -> String {
        switch accelerator {
        case .cpu: isHDR ? "yuv420p10le" : "yuv420p"
        case .nvidia: isHDR ? "p010le" : "nv12"
        case .vaapi, .qsv: isHDR ? "p010" : "nv12"
        }
    }

    /// A filter's pool of pictures cannot grow with VA-API, and an encoder and the next size both hold some.
    private var spare: String { accelerator == .vaapi ? ":extra_hw_frames=12" : "" }
}
