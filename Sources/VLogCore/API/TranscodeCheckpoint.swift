import Foundation

/// How far a transcode has come: the body of `PUT` and `GET /api/worker/jobs/{id}/checkpoint`. The next attempt goes on
/// from it, as far as the server really has the files.
package struct TranscodeCheckpoint: Codable, Sendable, Equatable {
    /// A rung and the beginning of its segments.
    package struct Track: Codable, Sendable, Equatable {
        package var folder: String
        /// The bytes of `init.mp4`.
        package var initialization: Data
        package var segments: [Segment]

        package init(folder: String, initialization: Data, segments: [Segment]) {
            self.folder = folder
            self.initialization = initialization
            self.segments = segments
        }

        package var segmentPaths: [String] { segments.indices.map { "\(folder)/segment_\($0).m4s" } }
        package var paths: [String] { ["\(folder)/init.mp4"] + segmentPaths }

        enum CodingKeys: String, CodingKey {
            case folder, segments
            case initialization = "init"
        }
    }

    /// A full segment; keys are short because a film has thousands.
    package struct Segment: Codable, Sendable, Equatable {
        package var bytes: Int
        /// Offset and length of the moof and key frame of each GOP, one after the other.
        package var keyFrames: [Int]
        /// SHA-256, lower-case hexadecimal; nil until whoever stores the file has filled it in.
        package var sha256: String?

        package init(bytes: Int, keyFrames: [Int], sha256: String? = nil) {
            self.bytes = bytes
            self.keyFrames = keyFrames
            self.sha256 = sha256
        }

        enum CodingKeys: String, CodingKey {
            case bytes = "b"
            case keyFrames = "k"
            case sha256 = "h"
        }
    }

    /// Everything that decides what the encoders write; segments of another plan cannot be gone on from.
    package var plan: String
    package var tracks: [Track]

    package init(plan: String, tracks: [Track]) {
        self.plan = plan
        self.tracks = tracks
    }

    /// The same, without what `isStored` denies: each track up to its first segment that is not there, and no track
    /// without its init.
    package func keeping(_ isStored: (_ path: String, _ sha256: String?) -> Bool) -> TranscodeCheckpoint {
        var kept = self
        kept.tracks = tracks.compactMap { track in
            guard isStored("\(track.folder)/init.mp4", nil) else { return nil }
            var track = track
            let count = zip(track.segmentPaths, track.segments).prefix { isStored($0, $1.sha256) }.count
            track.segments = Array(track.segments.prefix(count))
            return track.segments.isEmpty ? nil : track
        }
        return kept
    }
}
