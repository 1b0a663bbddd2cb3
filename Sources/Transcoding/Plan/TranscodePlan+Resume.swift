import Foundation
import Packaging
import SystemPackage
import VLogCore

extension TranscodePlan {
    /// Everything that decides whether segments of two runs fit together: the command without its paths, and who runs it.
    /// Threads are left out, so that a runner with more cores may go on; should an encoder's init differ for them after
    /// all, the packager refuses.
    func fingerprint(toolVersion: String) -> String {
        var whole = self
        whole.firstFrame = 0
        whole.threads = 1
        let outputs = tracks.map { FilePath($0.folder) }
        let arguments = FFmpegArguments(plan: whole, source: "source", outputs: outputs, folder: "folder").list
        return ([toolVersion] + arguments).joined(separator: " ")
    }

    /// The plan and what the packager goes on from, when the checkpoint is of this very plan and every rung has a segment.
    /// At least the last segment is made anew, because an encoder without a picture does not even open.
    func resuming(_ checkpoint: TranscodeCheckpoint?, toolVersion: String) -> (TranscodePlan, LadderResume)? {
        guard let checkpoint, checkpoint.plan == fingerprint(toolVersion: toolVersion) else { return nil }
        let resumed = tracks.prefix(rungs.count).compactMap { track in
            checkpoint.tracks.first { $0.folder == track.folder }
        }
        let framesPerSegment = framesPerGOP * gopsPerSegment
        let stored = min(resumed.map(\.segments.count).min() ?? 0, (frameCount - 1) / framesPerSegment)
        guard resumed.count == rungs.count, stored > 0 else { return nil }
        var plan = self
        plan.firstFrame = stored * framesPerSegment
        return (plan, LadderResume(firstSegment: stored, tracks: resumed.map(LadderResume.Track.init)))
    }

    /// Pictures that an earlier run has encoded, in seconds.
    var resumedSeconds: Double { Double(firstFrame) / frameRate.framesPerSecond }
}

extension LadderResume.Track {
    fileprivate init(_ track: TranscodeCheckpoint.Track) {
        self.init(
            folder: track.folder,
            initialization: [UInt8](track.initialization),
            segments: track.segments.map { segment in
                let pairs = stride(from: 0, to: segment.keyFrames.count - 1, by: 2)
                return LadderResume.Segment(
                    bytes: segment.bytes,
                    keyFrames: pairs.map {
                        LadderResume.KeyFrame(offset: segment.keyFrames[$0], length: segment.keyFrames[$0 + 1])
                    }
                )
            }
        )
    }
}

extension TranscodeCheckpoint {
    init(plan: String, tracks: [LadderResume.Track]) {
        self.init(
            plan: plan,
            tracks: tracks.map { track in
                Track(
                    folder: track.folder,
                    initialization: Data(track.initialization),
                    segments: track.segments.map { segment in
                        Segment(bytes: segment.bytes, keyFrames: segment.keyFrames.flatMap { [$0.offset, $0.length] })
                    }
                )
            }
        )
    }
}
