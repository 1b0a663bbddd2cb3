/// Turns the transport streams of one ffmpeg into HLS of the old kind: segments that hold picture and sound, and their
/// playlists. For players that know nothing else; there is no DASH of it.
///
/// A value without I/O, used as a `LadderPackager` is.
package struct TransportPackager: Sendable {
    private let rungs: [TransportDescription]
    private let targetDuration: Int
    private var cutters: [TransportCutter]
    private var tables: [SegmentTable]
    private var playlists: [MediaPlaylist]
    private var ended: Set<TrackID> = []
    private var agreement = RungAgreement()
    private var hasMaster = false
    private var summary: LadderSummary?

    /// Throws `invalidDescription` unless there is a rung, folders differ, and GOPs are equally long.
    package init(rungs: [TransportDescription], gopsPerSegment: Int) throws(PackagingError) {
        let tracks = rungs.map { rung in
            TrackDescription.video(
                folder: rung.folder,
                frameRate: rung.frameRate,
                framesPerGOP: rung.framesPerGOP,
                bitrateLimit: rung.bitrateLimit
            )
        }
        try TrackDescription.check(tracks)
        let targetDuration = try SegmentGrid(tracks: tracks, gopsPerSegment: gopsPerSegment).targetDuration
        self.rungs = rungs
        self.targetDuration = targetDuration
        cutters = rungs.map { TransportCutter($0, gopsPerSegment: gopsPerSegment) }
        tables = rungs.map { _ in SegmentTable(timescale: 90_000) }
        playlists = rungs.map { _ in MediaPlaylist(targetDuration: targetDuration, container: .transportStream) }
    }

    package mutating func append(_ bytes: [UInt8], to track: TrackID) throws(PackagingError) -> [PackagedFile] {
        let index = try index(of: track)
        let segments: [MediaSegment]
        do { segments = try cutters[index].append(bytes) } catch { throw error.on(track) }
        return try take(segments, of: index)
    }

    package mutating func finish(track: TrackID) throws(PackagingError) -> [PackagedFile] {
        let index = try index(of: track)
        ended.insert(track)
        let last: MediaSegment?
        do { last = try cutters[index].finish() } catch { throw error.on(track) }
        guard let last else {
            throw PackagingError(.empty, "\(track): the stream ended without a picture")
        }
        return try take([last], of: index)
    }

    /// Every pipe ended and ffmpeg's result is good: the subtitles, the final playlists, and the master.
    package mutating func finish(subtitles: [SubtitleFile] = []) throws(PackagingError) -> [PackagedFile] {
        for rung in rungs where !ended.contains(rung.id) {
            throw PackagingError(.truncated, "\(rung.id): not at its end")
        }
        let spoken = subtitles.filter(\.hasCues)
        let ladder = try summary(spoken.map(\.description), isFinal: true)
        try RungAgreement.checkEnds(ladder.videos)
        summary = ladder
        // The picture's zero is not that of its clock.
        var files = spoken.flatMap { $0.files(duration: ladder.duration, clock: TransportCutter.origin) }
        for (index, rung) in rungs.enumerated() {
            let keyFrames = KeyFramePlaylist(tables[index], container: .transportStream)
            files.append(PackagedFile(path: "\(rung.folder)/stream.m3u8", text: playlists[index].onDemand))
            files.append(PackagedFile(path: "\(rung.folder)/iframes.m3u8", text: keyFrames.text))
        }
        return files + [PackagedFile(path: "master.m3u8", text: MasterPlaylist(ladder).text)]
    }

    package var progress: [TrackProgress] {
        zip(rungs, tables).map { rung, table in
            TrackProgress(track: rung.id, segments: table.entries.count, seconds: table.end.seconds)
        }
    }

    package var results: [RenditionResult] {
        guard let summary else { return [] }
        return summary.videos.map { RenditionResult($0, in: summary) }
    }

    package var duration: Double { tables.map(\.end).max()?.seconds ?? 0 }

    private func index(of track: TrackID) throws(PackagingError) -> Int {
        guard let index = rungs.firstIndex(where: { $0.id == track }) else {
            throw PackagingError(.invalidDescription, "\(track): no such track")
        }
        return index
    }

    private mutating func take(_ segments: [MediaSegment], of index: Int) throws(PackagingError) -> [PackagedFile] {
        guard !segments.isEmpty else { return [] }
        let folder = rungs[index].folder
        var files: [PackagedFile] = []
        for segment in segments {
            let number = tables[index].entries.count
            try agreement.check(segment.entry, number, of: rungs[index].id, timescale: 90_000)
            tables[index].append(segment.entry)
            playlists[index].append(segment.entry, timescale: 90_000)
            let name = SegmentContainer.transportStream.segmentName(number)
            files.append(PackagedFile(path: "\(folder)/\(name)", bytes: segment.bytes, replaces: false))
        }
        files.append(PackagedFile(path: "\(folder)/stream.m3u8", text: playlists[index].event))
        if !hasMaster, tables.allSatisfy({ !$0.entries.isEmpty }) {
            hasMaster = true
            files.append(PackagedFile(path: "master.m3u8", text: MasterPlaylist(try summary([], isFinal: false)).text))
        }
        return files
    }

    private func summary(_ subtitles: [SubtitleDescription], isFinal: Bool) throws(PackagingError) -> LadderSummary {
        var videos: [LadderSummary.Video] = []
        for (index, rung) in rungs.enumerated() {
            guard let codec = cutters[index].codec else {
                throw PackagingError(.unsupported, "\(rung.id): no parameter set was seen")
            }
            let format = VideoFormat(
                width: rung.width,
                height: rung.height,
                codec: codec,
                bitstream: .avc(lengthSize: 4),
                range: .standard
            )
            let pieces = tables[index].entries.map { BandwidthMeter.Piece(duration: $0.duration, bytes: $0.bytes) }
            let measured = BandwidthMeter(timescale: 90_000, targetDuration: targetDuration).measure(pieces)
            let limit = Bandwidth(peak: rung.bitrateLimit, average: rung.bitrateLimit)
            videos.append(
                LadderSummary.Video(
                    folder: rung.folder,
                    format: format,
                    frameRate: rung.frameRate,
                    bandwidth: isFinal ? measured : measured.merging(limit),
                    keyFrames: isFinal ? KeyFramePlaylist(tables[index], container: .transportStream).bandwidth : nil,
                    table: tables[index]
                )
            )
        }
        return LadderSummary(
            videos: videos,
            audios: [],
            subtitles: subtitles,
            targetDuration: targetDuration,
            container: .transportStream,
            muxedSound: rungs.contains(where: \.hasSound) ? "mp4a.40.2" : nil
        )
    }
}
