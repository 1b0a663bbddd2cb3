/// Turns the byte streams of one ffmpeg into the files of one video: segments, HLS playlists, DASH manifest.
///
/// A value without I/O. Feed the bytes of every pipe as they come and store what is returned, in that order; after an
/// error nothing more may be fed.
package struct LadderPackager: Sendable {
    private let grid: SegmentGrid
    private var tracks: [TrackPackager]
    private var playlists: [MediaPlaylist]
    private var agreement = RungAgreement()
    private var hasMaster = false
    private var summary: LadderSummary?

    /// `tracks` are rungs and sound tracks in the order in which manifests list them: at least one rung, at most 32
    /// tracks, unique folders, GOPs of equal time, sound of one channel count; else throws `invalidDescription`.
    /// `gopsPerSegment` is 1 to 64; a segment lasts that many GOPs, at most 60 seconds.
    package init(tracks: [TrackDescription], gopsPerSegment: Int) throws(PackagingError) {
        try TrackDescription.check(tracks)
        let grid = try SegmentGrid(tracks: tracks, gopsPerSegment: gopsPerSegment)
        self.grid = grid
        self.tracks = tracks.map { TrackPackager($0, grid: grid) }
        playlists = tracks.map { _ in MediaPlaylist(targetDuration: grid.targetDuration) }
    }

    /// Takes the next bytes of a pipe, in pieces of any size, and returns the files that became whole: `init.mp4` with
    /// the first segment, segments, the track's playlist so far, and the master once every track has a segment.
    package mutating func append(_ bytes: [UInt8], to track: TrackID) throws(PackagingError) -> [PackagedFile] {
        let index = try index(of: track)
        do { try tracks[index].append(bytes) } catch { throw error.on(track) }
        return try takeFiles(from: index)
    }

    /// The pipe ended. Returns the last segment and the playlist so far; throws `truncated` when it ended in the middle
    /// of a box. Sound may come back for other tracks, because it waits for the picture.
    package mutating func finish(track: TrackID) throws(PackagingError) -> [PackagedFile] {
        let index = try index(of: track)
        do { try tracks[index].finish() } catch { throw error.on(track) }
        return try takeFiles(from: index)
    }

    /// Every pipe ended and ffmpeg's result is good: returns the final playlists, then `manifest.mpd`, then
    /// `master.m3u8`. Throws when a track has not ended, is empty, or the rungs do not agree. A sound track without a
    /// single frame is left out.
    package mutating func finish() throws(PackagingError) -> [PackagedFile] {
        for track in tracks where !track.hasEnded { throw PackagingError(.truncated, "\(track.id): not at its end") }
        let ladder = LadderSummary(tracks, grid: grid, isFinal: true)
        try RungAgreement.checkEnds(ladder.videos)
        summary = ladder
        var files: [PackagedFile] = []
        for (track, playlist) in zip(tracks, playlists) {
            guard let table = track.table, !table.entries.isEmpty else { continue }
            files.append(PackagedFile(path: "\(track.id)/stream.m3u8", text: playlist.onDemand))
            guard track.isVideo else { continue }
            files.append(PackagedFile(path: "\(track.id)/iframes.m3u8", text: KeyFramePlaylist(table).text))
        }
        files.append(PackagedFile(path: "manifest.mpd", text: DASHManifest(ladder).text))
        files.append(PackagedFile(path: "master.m3u8", text: MasterPlaylist(ladder).text))
        return files
    }

    /// One entry per track, in the order of the descriptions.
    package var progress: [TrackProgress] {
        tracks.map { TrackProgress(track: $0.id, segments: $0.segmentCount, seconds: $0.table?.end.seconds ?? 0) }
    }

    /// One entry per rung, in the order of the descriptions; empty until `finish()`.
    package var results: [RenditionResult] {
        guard let summary else { return [] }
        return summary.videos.map { RenditionResult($0, in: summary) }
    }

    /// Seconds of the longest track in segments that were returned.
    package var duration: Double { tracks.compactMap { $0.table?.end }.max()?.seconds ?? 0 }

    private func index(of track: TrackID) throws(PackagingError) -> Int {
        guard let index = tracks.firstIndex(where: { $0.id == track }) else {
            throw PackagingError(.invalidDescription, "\(track): no such track")
        }
        return index
    }

    /// Files of the track that was fed and, when that was a picture, of the sound that waited for it.
    private mutating func takeFiles(from index: Int) throws(PackagingError) -> [PackagedFile] {
        let reach = tracks.map(\.pictureReach).max() ?? .zero
        let pictureEnded = tracks.allSatisfy { !$0.isVideo || $0.hasEnded }
        var files: [PackagedFile] = []
        for other in tracks.indices where other == index || (tracks[index].isVideo && !tracks[other].isVideo) {
            files += try takeFiles(of: other, reach, pictureEnded)
        }
        if !files.isEmpty, !hasMaster, tracks.allSatisfy({ $0.segmentCount > 0 }) {
            hasMaster = true
            let ladder = LadderSummary(tracks, grid: grid, isFinal: false)
            files.append(PackagedFile(path: "master.m3u8", text: MasterPlaylist(ladder).text))
        }
        return files
    }

    private mutating func takeFiles(
        of index: Int,
        _ reach: MediaTime,
        _ pictureEnded: Bool
    ) throws(PackagingError) -> [PackagedFile] {
        let track = tracks[index].id
        let known = tracks[index].segmentCount
        let segments: [MediaSegment]
        do {
            segments = try tracks[index].takeSegments(pictureReaches: reach, pictureEnded: pictureEnded)
        } catch { throw error.on(track) }
        guard !segments.isEmpty, let initialization = tracks[index].initialization else { return [] }
        var files: [PackagedFile] = []
        if known == 0 {
            files.append(PackagedFile(path: "\(track)/init.mp4", bytes: initialization.bytes, replaces: false))
        }
        for (number, segment) in zip(known..., segments) {
            if tracks[index].isVideo {
                try agreement.check(segment.entry, number, of: track, timescale: initialization.timescale)
            }
            playlists[index].append(segment.entry, timescale: initialization.timescale)
            let path = "\(track)/segment_\(number).m4s"
            files.append(PackagedFile(path: path, bytes: segment.bytes, replaces: false))
        }
        files.append(PackagedFile(path: "\(track)/stream.m3u8", text: playlists[index].event))
        return files
    }
}
