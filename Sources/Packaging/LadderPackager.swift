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
    ///
    /// With `resume`, the pipes of the rungs begin with its first segment; sound begins at its start. The result is that
    /// of a run from the start, but files of `resume` are not returned again. Throws `resumeMismatch`, also from `append`,
    /// when the streams do not continue what there is.
    package init(
        tracks: [TrackDescription],
        gopsPerSegment: Int,
        resume: LadderResume? = nil
    ) throws(PackagingError) {
        try TrackDescription.check(tracks)
        let grid = try SegmentGrid(tracks: tracks, gopsPerSegment: gopsPerSegment)
        self.grid = grid
        self.tracks = tracks.map { track in
            TrackPackager(
                track,
                grid: grid,
                resumed: resume?.tracks.first { $0.folder == track.folder },
                firstSegment: resume?.firstSegment ?? 0
            )
        }
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

    /// Every pipe ended and ffmpeg's result is good: returns the subtitles, the final playlists, then `manifest.mpd`,
    /// then `master.m3u8`. Throws when a track has not ended, is empty, or the rungs do not agree. A sound track without a
    /// single frame is left out, and so are subtitles without a cue.
    package mutating func finish(subtitles: [SubtitleFile] = []) throws(PackagingError) -> [PackagedFile] {
        for track in tracks where !track.hasEnded { throw PackagingError(.truncated, "\(track.id): not at its end") }
        let spoken = subtitles.filter(\.hasCues)
        let ladder = LadderSummary(tracks, subtitles: spoken.map(\.description), grid: grid, isFinal: true)
        try RungAgreement.checkEnds(ladder.videos)
        summary = ladder
        var files = spoken.flatMap { $0.files(duration: ladder.duration) }
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

    /// What another run could go on from: the segments of the rungs that were returned so far, as far as they are full.
    package var resumable: [LadderResume.Track] { tracks.compactMap { LadderResume.Track($0) } }

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
            let ladder = LadderSummary(tracks, subtitles: [], grid: grid, isFinal: false)
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
        // A rung that an earlier run has finished brings no new segment, but its playlist is still to be written.
        guard let initialization = tracks[index].initialization, let entries = tracks[index].table?.entries,
            entries.count > playlists[index].count
        else { return [] }
        var files: [PackagedFile] = []
        if playlists[index].count == 0 {
            files.append(PackagedFile(path: "\(track)/init.mp4", bytes: initialization.bytes, replaces: false))
        }
        // Those of an earlier run too, before the first of this one.
        for number in playlists[index].count..<entries.count {
            if tracks[index].isVideo {
                try agreement.check(entries[number], number, of: track, timescale: initialization.timescale)
            }
            playlists[index].append(entries[number], timescale: initialization.timescale)
        }
        for (number, segment) in zip(known..., segments) {
            let path = "\(track)/segment_\(number).m4s"
            files.append(PackagedFile(path: path, bytes: segment.bytes, replaces: false))
        }
        files.append(PackagedFile(path: "\(track)/stream.m3u8", text: playlists[index].event))
        return files
    }
}
