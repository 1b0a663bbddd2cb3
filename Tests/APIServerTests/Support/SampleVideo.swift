import Catalog
import Crypto
import Foundation
import VLogCore

@testable import APIServer

/// What a runner makes of a video, small.
enum SampleVideo {
    static let source = Array("the uploaded file, 0123456789".utf8)

    static let files: [(path: String, bytes: [UInt8])] = [
        ("1080p/init.mp4", Array("init".utf8)),
        ("1080p/segment_0.m4s", (0..<1000).map { UInt8($0 % 251) }),
        ("1080p/stream.m3u8", Array("#EXTM3U\nsegment_0.m4s\n".utf8)),
        ("thumbnail.jpg", Array("picture".utf8)),
        ("manifest.mpd", Array("<MPD/>".utf8)),
        ("master.m3u8", Array("#EXTM3U\n1080p/stream.m3u8\n".utf8)),
    ]

    static var result: CompleteRequest {
        let rendition = RenditionBody(
            quality: Quality(lines: 1080),
            width: 1920,
            height: 1080,
            frameRate: 25,
            bandwidth: 5_000_000,
            averageBandwidth: 4_000_000,
            codecs: "avc1.640028,mp4a.40.2"
        )
        return CompleteRequest(duration: 4, renditions: [rendition], files: files.map { body($0.path, $0.bytes) })
    }

    static func body(_ path: String, _ bytes: [UInt8]) -> OutputFileBody {
        guard let path = OutputPath(rawValue: path) else { preconditionFailure("not an output path: \(path)") }
        let digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
        return OutputFileBody(path: path, bytes: Int64(bytes.count), sha256: digest)
    }

    static func upload(
        _ title: String,
        published: Bool = true,
        profile: TranscodeProfile = TranscodeProfile()
    ) -> NewVideo {
        NewVideo(
            title: title,
            published: published,
            source: SourceBody(
                filename: "clip.mov",
                bytes: Int64(SampleVideo.source.count),
                width: 1920,
                height: 1080,
                duration: 4,
                videoCodec: "h264",
                audioCodec: "aac"
            ),
            sourceExtension: "mov",
            sourceETag: "source-of-\(Slug(title: title))",
            profile: profile
        )
    }

    static func digest(_ bytes: [UInt8]) -> String {
        "sha-256=" + Data(SHA256.hash(data: bytes)).base64EncodedString()
    }
}

extension ServerServices {
    /// Puts a source into the storage and its video into the database, as an upload does.
    @discardableResult
    func addVideo(
        _ title: String,
        published: Bool = true,
        profile: TranscodeProfile = TranscodeProfile(),
        trace: String? = nil
    ) async throws -> (id: VideoID, slug: Slug) {
        var new = SampleVideo.upload(title, published: published, profile: profile)
        new.traceID = trace
        let id = try await catalog.videos.create(new) { id in
            let path = storage.sourceFile(id, extension: "mov")
            try await storage.run { _ in try Disk.write(SampleVideo.source, to: path) }
        }
        guard let slug = try await catalog.videos.admin(id)?.slug else { throw Wire.Broken(description: "no video") }
        return (id, slug)
    }
}
