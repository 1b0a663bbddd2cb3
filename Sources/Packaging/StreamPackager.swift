/// What turns the pipes of one ffmpeg into the files of one video.
///
/// Feed the bytes of every pipe as they come and store what is returned, in that order; after an error nothing more may
/// be fed.
package protocol StreamPackager: Sendable {
    mutating func append(_ bytes: [UInt8], to track: TrackID) throws(PackagingError) -> [PackagedFile]
    /// The pipe ended.
    mutating func finish(track: TrackID) throws(PackagingError) -> [PackagedFile]
    /// Every pipe ended and the result is good: the final playlists, the master last.
    mutating func finish(subtitles: [SubtitleFile]) throws(PackagingError) -> [PackagedFile]
    /// One entry per pipe, rungs first.
    var progress: [TrackProgress] { get }
    /// One entry per rung; empty until `finish(subtitles:)`.
    var results: [RenditionResult] { get }
    /// Seconds of what was returned.
    var duration: Double { get }
    /// What another run could go on from.
    var resumable: [LadderResume.Track] { get }
}

extension LadderPackager: StreamPackager {}

extension TransportPackager: StreamPackager {
    /// Short clips and old players: such a run begins anew.
    package var resumable: [LadderResume.Track] { [] }
}
