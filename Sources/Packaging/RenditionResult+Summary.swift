extension RenditionResult {
    init(_ video: LadderSummary.Video, in ladder: LadderSummary) {
        let bandwidth = ladder.bandwidth(of: video)
        self.init(
            track: TrackID(folder: video.folder),
            width: video.format.width,
            height: video.format.height,
            frameRate: video.frameRate,
            bandwidth: bandwidth.peak,
            averageBandwidth: bandwidth.average,
            codecs: ladder.codecs(of: video)
        )
    }
}
