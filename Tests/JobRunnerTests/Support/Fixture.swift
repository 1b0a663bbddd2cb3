import Foundation
import VLogCore

@testable import JobRunner

enum Fixture {
    /// Three megabytes and a bit, no two of them alike.
    static let source: [UInt8] = (0..<3_333_333).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 12) }

    static let files: [(OutputPath, [UInt8])] = [
        ("360p/init.mp4", 900), ("360p/segment_0.m4s", 200_000), ("360p/segment_1.m4s", 300_000),
        ("360p/stream.m3u8", 300), ("master.m3u8", 200), ("manifest.mpd", 400),
    ].compactMap { name, size in
        OutputPath(rawValue: name).map { ($0, [UInt8](repeating: UInt8(name.utf8.count), count: size)) }
    }

    static func path(_ text: String) throws -> OutputPath {
        struct NoPath: Error {}
        guard let path = OutputPath(rawValue: text) else { throw NoPath() }
        return path
    }

    static func job(_ id: Int64 = 7, attempt: Int = 1, bytes: Int64? = nil, leaseSeconds: Int = 60) -> ClaimedJob {
        ClaimedJob(
            jobID: JobID(rawValue: id),
            videoID: VideoID(rawValue: 70),
            attempt: attempt,
            leaseToken: FakeWorkerAPI.leaseToken,
            lease: LeaseBody(
                leaseUntil: Date(timeIntervalSinceNow: Double(leaseSeconds)),
                leaseSeconds: leaseSeconds,
                nextReportIn: 0.1,
                cancel: false
            ),
            sourceETag: FakeWorkerAPI.etag,
            sourceBytes: bytes ?? Int64(source.count),
            profile: TranscodeProfile()
        )
    }
}

extension RenditionBody {
    static let small = RenditionBody(
        quality: Quality(lines: 360),
        width: 640,
        height: 360,
        frameRate: 30,
        bandwidth: 900_000,
        averageBandwidth: 800_000,
        codecs: "avc1.64001e,mp4a.40.2"
    )
}
