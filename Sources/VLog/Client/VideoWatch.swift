import VLogCore

/// Follows a video until it is ready or has failed for good.
struct VideoWatch {
    let client: AdminClient
    let display: ProgressDisplay

    /// The video as it ended. A server that is away for a while (a restart, an upgrade) is waited for.
    func untilSettled(_ video: AdminVideo) async throws -> AdminVideo {
        var video = video
        var absence = 0
        while video.status == .pending || video.status == .processing {
            show(video.progress)
            try await Task.sleep(for: .milliseconds(500))
            do {
                video = try await client.video(video.id)
                absence = 0
            } catch let error as ClientError where error.code == .unreachable && absence < 240 {
                absence += 1
            }
            guard video.deletedAt == nil else {
                throw ClientError(code: .refused, message: "the video was deleted meanwhile")
            }
        }
        if video.status == .ready { display.show("Transcoding", 1) }
        display.finish()
        return video
    }

    private func show(_ progress: ProgressBody) {
        if let waiting = progress.waiting {
            display.show("Waiting", 0, remark: waiting)
        } else {
            let rungs = progress.qualities.map { "\($0.quality) \(Int($0.percent))%" }.joined(separator: ", ")
            display.show("Transcoding", progress.percent / 100, remark: rungs)
        }
    }
}
