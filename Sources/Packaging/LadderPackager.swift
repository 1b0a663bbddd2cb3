/// Turns the byte streams of one ffmpeg into the files of one video: segments, HLS playlists, DASH manifest.
///
/// A value without I/O. Feed the bytes of every pipe as they come and store what is returned, in that order; after an
/// error nothing more may be fed.
package struct LadderPackager: Sendable {
    /// `tracks` are rungs and sound tracks in the order in which manifests list them: at least one rung, at most 32
    /// tracks, unique folders, GOPs of equal time; else throws `invalidDescription`. `gopsPerSegment` is 1 to 64; a
    /// segment lasts that many GOPs, at most 60 seconds.
    package init(tracks: [TrackDescription], gopsPerSegment: Int) throws(PackagingError) {
    }

    /// Takes the next bytes of a pipe, in pieces of any size, and returns the files that became whole: `init.mp4` with
    /// the first segment, segments, the track's playlist so far, and the master once every track has a segment.
    package mutating func append(_ bytes: [UInt8], to track: TrackID) throws(PackagingError) -> [PackagedFile] { [] }

    /// The pipe ended. Returns the last segment and the playlist so far; throws `truncated` when it ended in the middle
    /// of a box. Sound may come back for other tracks, because it waits for the picture.
    package mutating func finish(track: TrackID) throws(PackagingError) -> [PackagedFile] { [] }

    /// Every pipe ended and ffmpeg's result is good: returns the final playlists, then `manifest.mpd`, then
    /// `master.m3u8`. Throws when a track has not ended, is empty, or the rungs do not agree.
    package mutating func finish() throws(PackagingError) -> [PackagedFile] { [] }

    /// One entry per track, in the order of the descriptions.
    package var progress: [TrackProgress] { [] }

    /// One entry per rung, in the order of the descriptions; empty until `finish()`.
    package var results: [RenditionResult] { [] }

    /// Seconds of the longest track in segments that were returned.
    package var duration: Double { 0 }
}
