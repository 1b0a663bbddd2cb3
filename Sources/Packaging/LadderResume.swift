/// What is left of an earlier run over the same source with the same encoders: the beginnings of the rungs, whose files
/// are stored already. Every segment in it is a full one.
package struct LadderResume: Sendable, Equatable {
    package struct Track: Sendable, Equatable {
        package let folder: String
        /// The bytes of `init.mp4`.
        package let initialization: [UInt8]
        /// From the first one on, without a gap.
        package var segments: [Segment]

        package init(folder: String, initialization: [UInt8], segments: [Segment]) {
            self.folder = folder
            self.initialization = initialization
            self.segments = segments
        }
    }

    package struct Segment: Sendable, Equatable {
        /// Size of the file.
        package let bytes: Int
        /// Where the moof of each GOP begins, and how far its key frame reaches from there, in bytes.
        package let keyFrames: [KeyFrame]

        package init(bytes: Int, keyFrames: [KeyFrame]) {
            self.bytes = bytes
            self.keyFrames = keyFrames
        }
    }

    package struct KeyFrame: Sendable, Equatable {
        package let offset: Int
        package let length: Int

        package init(offset: Int, length: Int) {
            self.offset = offset
            self.length = length
        }
    }

    /// The number of the segment with which the pipes begin now; of rungs that have more, these are passed over.
    package let firstSegment: Int
    package let tracks: [Track]

    package init(firstSegment: Int, tracks: [Track]) {
        self.firstSegment = firstSegment
        self.tracks = tracks
    }
}

extension LadderResume.Track {
    /// What a packager can tell of a track now; nil before its first full segment.
    init?(_ track: TrackPackager) {
        guard track.isVideo, let initialization = track.initialization, let table = track.table,
            let full = table.entries.first?.duration
        else { return nil }
        let entries = table.entries.prefix { $0.duration == full && $0.keyFrames.count == track.gopsPerSegment }
        guard !entries.isEmpty else { return nil }
        self.init(
            folder: track.id.folder,
            initialization: initialization.bytes,
            segments: entries.map { entry in
                LadderResume.Segment(
                    bytes: entry.bytes,
                    keyFrames: entry.keyFrames.map { LadderResume.KeyFrame(offset: $0.offset, length: $0.length) }
                )
            }
        )
    }

    /// The lines of the segment table that the segments had.
    func entries(segmentTicks: Int, gopTicks: Int) -> [SegmentEntry] {
        segments.enumerated().map { number, segment in
            SegmentEntry(
                start: number * segmentTicks,
                duration: segmentTicks,
                bytes: segment.bytes,
                keyFrames: segment.keyFrames.map {
                    KeyFrameRange(offset: $0.offset, length: $0.length, duration: gopTicks)
                }
            )
        }
    }
}
