import Foundation
import SystemPackage
import Testing
import VLogCore

@testable import Transcoding

/// What a plan for a card does with a source, as text.
@Suite struct CardPlanTests {
    private func plan(
        _ accelerator: Accelerator,
        _ source: ProbedSource,
        profile: TranscodeProfile = TranscodeProfile(),
        variants: [VideoCodec: EncoderVariant] = [:],
        mayDecode: Bool = true
    ) throws -> TranscodePlan {
        let acceleration = Acceleration(accelerator, variants: variants, mayDecode: mayDecode)
        return try TranscodePlan(source: source, profile: profile, threads: 2, acceleration: acceleration)
    }

    private func arguments(_ plan: TranscodePlan) -> [String] {
        let outputs = plan.tracks.indices.map { FilePath("/s/\($0).mp4") }
        return FFmpegArguments(plan: plan, source: "/s/source", outputs: outputs, folder: "/s").list
    }

    @Test func picturesNeverLeaveTheCard() throws {
        let plan = try plan(.nvidia, .probed(1920, 1080))
        #expect(plan.decodesOnCard)
        let chains = plan.graph.split(separator: ";").map(String.init)
        #expect(chains[0] == "[0:0]" + scaled(1920, 1080) + "[pictures]")
        #expect(
            chains[1]
                == "color=black:size=1920x1080:rate=30,trim=end_frame=1,setpts=1800,setsar=1,format=nv12,hwupload[end]"
        )
        #expect(chains[2].hasPrefix("[pictures][end]interleave,select="))
        #expect(chains[2].hasSuffix("fps=30:start_time=0,trim=end_frame=1800,split=2[sdr][t]"))
        #expect(chains[3].hasPrefix("[sdr]setsar=1,") && chains[3].hasSuffix(",split=2[v0][c1]"))
        #expect(chains[4] == "[c1]" + scaled(1280, 720) + ",split=3[v1][c2][c3]")
        #expect(chains[7].hasPrefix("[t]select=") && chains[7].contains(",hwdownload,format=nv12,scale=160:90"))
        #expect(!plan.graph.contains("tpad"))
    }

    private func scaled(_ width: Int, _ height: Int) -> String {
        "scale_cuda=w=\(width):h=\(height):interp_algo=bicubic:passthrough=0:format=nv12,setsar=1"
    }

    @Test func theCardIsOpenedOnceAndNamedToTheDecoder() throws {
        let text = try arguments(plan(.nvidia, .probed(640, 360))).joined(separator: " ")
        #expect(text.contains("-init_hw_device cuda=card:0 -filter_hw_device card -threads 1 -max_pixels"))
        #expect(text.contains("-hwaccel cuda -hwaccel_device card -hwaccel_output_format cuda -extra_hw_frames 8"))
        let vaapi = try arguments(plan(.vaapi, .probed(640, 360))).joined(separator: " ")
        #expect(vaapi.contains("-init_hw_device vaapi=card:/dev/dri/renderD128 -filter_hw_device card"))
        let quickSync = try arguments(plan(.qsv, .probed(640, 360))).joined(separator: " ")
        #expect(quickSync.contains("-init_hw_device vaapi=node:/dev/dri/renderD128 -init_hw_device qsv=card@node"))
    }

    @Test(arguments: [Accelerator.nvidia, .vaapi, .qsv])
    func whatTheCardCannotIsDoneBeforeOneUpload(accelerator: Accelerator) throws {
        let sources: [(CardObstacle, ProbedSource)] = [
            (.coding, try .probed(1920, 1080, pixelFormat: "yuv420p10le")),
            (.coding, try .probed(1920, 1080, pixelFormat: "yuv422p10le", codec: "prores")),
            (.coding, try .probed(1920, 1080, pixelFormat: "yuv444p", codec: "hevc")),
            (.rotation, try .probed(1920, 1080, rotation: 90)), (.rotation, try .probed(1920, 1080, rotation: 180)),
            (.oddSize, try .probed(853, 479)), (.fullRange, try .probed(1920, 1080, pixelFormat: "yuvj420p")),
            (
                .toneMapping,
                try .probed(1920, 1080, pixelFormat: "yuv420p10le", transfer: "arib-std-b67", codec: "hevc")
            ),
        ]
        for (obstacle, source) in sources {
            let plan = try plan(accelerator, source)
            #expect(plan.cardObstacle == obstacle && !plan.decodesOnCard)
            #expect(plan.graph.components(separatedBy: "hwupload").count == 2)
            #expect(plan.graph.contains("tpad=") && !arguments(plan).contains("-hwaccel"))
            // The CPU's part of the graph is as it is without a card.
            let onCPU = try TranscodePlan(source: source, profile: TranscodeProfile(), threads: 2).graph
            let top = plan.graph.prefix { $0 != ";" }.components(separatedBy: ",format=nv12,hwupload")[0]
            #expect(onCPU.hasPrefix(top))
        }
    }

    @Test func fieldsAreMadePicturesWhereAFilterDoublesTheRate() throws {
        let fields = try ProbedSource.probed(1920, 1080, rate: "25/1", fieldOrder: "tt")
        let nvidia = try plan(.nvidia, fields)
        #expect(nvidia.decodesOnCard && nvidia.graph.hasPrefix("[0:0]yadif_cuda=mode=send_field:deint=interlaced,"))
        let vaapi = try plan(.vaapi, fields)
        #expect(vaapi.decodesOnCard && vaapi.graph.hasPrefix("[0:0]deinterlace_vaapi=rate=field:auto=1:"))
        let quickSync = try plan(.qsv, fields)
        #expect(quickSync.cardObstacle == .fields && quickSync.graph.contains("bwdif=mode=send_field"))
    }

    @Test func vaapiMapsHDR10ThatSaysHowItWasGraded() throws {
        var source = try ProbedSource.probed(
            1920,
            1080,
            pixelFormat: "yuv420p10le",
            transfer: "smpte2084",
            codec: "hevc"
        )
        #expect(try plan(.vaapi, source).cardObstacle == .toneMapping)
        source.video.mastering = try .sample
        #expect(try plan(.nvidia, source).cardObstacle == .toneMapping)
        let profile = TranscodeProfile(codecs: [.h264, .hevc], keepsHDR: true)
        let graph = try plan(.vaapi, source, profile: profile).graph
        #expect(graph.contains("[sdr]tonemap_vaapi=format=nv12:t=bt709:m=bt709:p=bt709:"))
        #expect(graph.contains("[hdr]setsar=1,setparams=range=limited:color_primaries=bt2020:color_trc=smpte2084"))
        #expect(graph.hasPrefix("[0:0]scale_vaapi=w=1920:h=1080:mode=hq:format=p010:"))
        #expect(graph.contains("format=p010le,hwupload[end]"))
    }

    @Test func bothRangesAreUploadedWhenTheCPUMapped() throws {
        let source = try ProbedSource.probed(
            1920,
            1080,
            pixelFormat: "yuv420p10le",
            transfer: "smpte2084",
            codec: "hevc"
        )
        let plan = try plan(.nvidia, source, profile: TranscodeProfile(codecs: [.h264, .hevc], keepsHDR: true))
        #expect(plan.graph.contains("format=yuv420p,format=nv12,hwupload"))
        #expect(plan.graph.contains("colorspace=bt2020nc,format=p010le,hwupload"))
        let kept = VideoEncoder(plan: plan, rung: try #require(plan.rungs.last)).arguments.joined(separator: " ")
        #expect(kept.contains("-c:v hevc_nvenc") && kept.contains("-profile:v main10") && kept.contains("-tag:v hvc1"))
    }

    @Test func whenACardDoesNotDecodeItStillEncodes() throws {
        let plan = try plan(.vaapi, .probed(640, 360), mayDecode: false)
        #expect(!plan.decodesOnCard && plan.graph.contains("format=yuv420p,setsar=1,setparams="))
        #expect(plan.graph.contains(",format=nv12,hwupload[v0]"))
        #expect(plan.encoder == "h264_vaapi")
    }

    @Test(arguments: [Accelerator.nvidia, .vaapi, .qsv], VideoCodec.allCases)
    func everyEncoderHasAClosedGOPOfThePlansLengthAndACap(accelerator: Accelerator, codec: VideoCodec) throws {
        let variants = EncoderVariant.candidates(for: accelerator)
        for variant in variants {
            let profile = TranscodeProfile(codecs: [codec])
            let plan = try plan(accelerator, .probed(640, 360), profile: profile, variants: [codec: variant])
            let text = VideoEncoder(plan: plan, rung: plan.rungs[0]).arguments.joined(separator: " ")
            #expect(text.hasPrefix("-c:v \(HardwareEncoder.name(codec, on: accelerator)) "))
            #expect(text.contains("-g 60 -flags +cgop"))
            #expect(text.contains("-maxrate \(plan.rungs[0].maximumKilobits)k -bufsize"))
            #expect(text.contains("-bf 0") == (variant != .full || (codec == .av1 && accelerator != .nvidia)))
            #expect(text.contains("-low_power 1") == variant.isLowPower)
        }
    }
}

extension MasteringDisplay {
    /// A usual screen for HDR10.
    static var sample: MasteringDisplay {
        get throws {
            let json = #"""
                [{"red_x": "34000/50000", "red_y": "16000/50000", "green_x": "13250/50000", "green_y": "34500/50000",
                  "blue_x": "7500/50000", "blue_y": "3000/50000", "white_point_x": "15635/50000",
                  "white_point_y": "16450/50000", "min_luminance": "1/10000", "max_luminance": "10000000/10000"}]
                """#
            let data = try JSONDecoder().decode([ProbeOutput.SideData].self, from: Data(json.utf8))
            return try #require(MasteringDisplay(data))
        }
    }
}
