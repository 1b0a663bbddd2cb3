import Foundation
import VLogCore

@testable import Transcoding

extension ProbedSource {
    /// What ffprobe says of a video stream, with everything usual unless told otherwise, and stereo sound.
    static func probed(
        _ width: Int,
        _ height: Int,
        rate: String = "30/1",
        seconds: Double = 60,
        rotation: Int? = nil,
        pixelShape: String = "1:1",
        pixelFormat: String = "yuv420p",
        transfer: String? = nil,
        fieldOrder: String = "progressive",
        codec: String = "h264",
        soundSeconds: Double? = 60
    ) throws -> ProbedSource {
        let side = rotation.map { #", "side_data_list": [{"rotation": \#($0)}]"# } ?? ""
        let colour = transfer.map { #", "color_transfer": "\#($0)", "color_primaries": "bt2020""# } ?? ""
        let sound = soundSeconds.map {
            #", {"index": 1, "codec_type": "audio", "codec_name": "aac", "channels": 2, "duration": "\#($0)"}"#
        }
        let json = #"""
            {"streams": [{"index": 0, "codec_type": "video", "codec_name": "\#(codec)", "width": \#(width),
              "height": \#(height), "sample_aspect_ratio": "\#(pixelShape)", "pix_fmt": "\#(pixelFormat)",
              "field_order": "\#(fieldOrder)", "r_frame_rate": "90000/1", "avg_frame_rate": "\#(rate)",
              "start_time": "0.000000", "duration": "\#(seconds)"\#(side)\#(colour)}\#(sound ?? "")],
             "format": {"start_time": "0.000000", "duration": "\#(max(seconds, soundSeconds ?? 0))"}}
            """#
        let output = try JSONDecoder().decode(ProbeOutput.self, from: Data(json.utf8))
        return try ProbedSource(output, container: .mov)
    }

    func plan(_ profile: TranscodeProfile = TranscodeProfile(), threads: Int = 2) throws -> TranscodePlan {
        try TranscodePlan(source: self, profile: profile, threads: threads)
    }
}

extension TranscodePlan {
    /// `1080p 1920x1080` per rung.
    var sizes: [String] { rungs.map { "\($0.quality) \($0.size)" } }
    var graph: String { FilterGraph(plan: self).text }
}
