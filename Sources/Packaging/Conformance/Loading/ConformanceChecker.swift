/// Reads what a packager wrote, playlists, manifests and every file that they name, and holds it against the rules.
package struct ConformanceChecker<Files: MediaFiles> {
    var loader: MediaLoader<Files>
    var log = FindingLog()
    private var playlists: [MediaPath: ReadPlaylist] = [:]
    private var tracks: [MediaPath: LoadedTrack] = [:]
    /// Init and first segment of every track whose boxes were judged: HLS and DASH name the same.
    private var judged: Set<[MediaPath]> = []

    private let mostEntries = 10_000

    package init(files: Files) { loader = MediaLoader(files: files) }

    /// Checks these playlists and manifests; without any, all that the folder has.
    package mutating func check(_ entries: [MediaPath] = []) async throws(MediaFileError) -> ConformanceReport {
        let listing = try await loader.files.list()
        let wanted = entries.isEmpty ? (listing ?? []) : entries
        let manifests = wanted.filter { [".m3u8", ".m3u", ".mpd"].contains($0.suffix) || entries.contains($0) }
        var found = false
        for path in manifests.prefix(mostEntries) where path.suffix != ".mpd" {
            if await readPlaylist(path) != nil { found = true }
        }
        for playlist in playlists.values.filter(\.isMultivariant).sorted(by: { $0.path < $1.path }) {
            await check(MultivariantFacts(playlist))
        }
        let others = playlists.values.filter { !$0.isMultivariant && tracks[$0.path] == nil }
        for playlist in others.sorted(by: { $0.path < $1.path }) { _ = await track(playlist, isAlone: true) }
        for path in manifests.prefix(mostEntries) where path.suffix == ".mpd" {
            if await checkManifest(path) { found = true }
        }
        if let listing, entries.isEmpty, found {
            await checkSprites(listing)
            FolderRules.check(listing, named: loader.named, &log)
        }
        return ConformanceReport(log, files: loader.fileCount, foundSomething: found)
    }

    /// The tracks that HLS playlists led to, sorted.
    var knownTracks: [LoadedTrack] { tracks.values.sorted { $0.path < $1.path } }

    private mutating func readPlaylist(_ path: MediaPath) async -> ReadPlaylist? {
        if let known = playlists[path] { return known }
        do {
            let playlist = ReadPlaylist(path, try await loader.text(path))
            PlaylistRules.check(playlist, &log)
            guard playlist.text.isPlaylist else { return nil }
            playlists[path] = playlist
            return playlist
        } catch {
            log.report(.uriResolves, Place(path), error.message)
            return nil
        }
    }

    private mutating func check(_ facts: MultivariantFacts) async {
        var uris: [(uri: String, line: Int)] = facts.variants.compactMap { variant in
            variant.uri.map { ($0, variant.line) }
        }
        uris += facts.renditions.compactMap { rendition in
            rendition.attributes["URI"].map { ($0, rendition.line) }
        }
        uris += facts.keyFrameVariants.compactMap { variant in variant.uri.map { ($0, variant.line) } }
        var loaded: [String: LoadedTrack] = [:]
        for (uri, line) in uris where loaded[uri] == nil {
            log.check(.uriResolves)
            do {
                let path = try loader.resolve(uri, from: facts.read.path)
                guard let playlist = await readPlaylist(path) else { continue }
                guard !playlist.isMultivariant else {
                    log.report(.uriResolves, facts.read.place(line), "'\(uri)' is not a media playlist.")
                    continue
                }
                loaded[uri] = await track(playlist, isAlone: false)
            } catch { log.report(.uriResolves, facts.read.place(line), error.message) }
        }
        PresentationRules.check(Presentation(playlist: facts, tracks: loaded), &log)
    }

    /// Reads everything that a media playlist names, and judges it by itself.
    private mutating func track(_ read: ReadPlaylist, isAlone: Bool) async -> LoadedTrack {
        if let known = tracks[read.path] { return known }
        let playlist = MediaPlaylistFacts(read)
        var initializations: [Int: LoadedInitialization] = [:]
        for (index, map) in playlist.maps.enumerated() {
            do {
                let path = try loader.resolve(map.uri, from: read.path)
                initializations[index] = try await loader.initialization(path, map.range)
            } catch { log.report(.uriResolves, read.place(), error.message) }
        }
        let segments = playlist.isKeyFramesOnly ? [] : await segments(of: playlist, initializations)
        let track = LoadedTrack(playlist: playlist, initializations: initializations, segments: segments)
        tracks[read.path] = track
        MediaPlaylistRules.check(track, isAlone: isAlone, &log)
        if playlist.isKeyFramesOnly { await checkKeyFrames(track) }
        if let fragmented = track.fragmented {
            judge(fragmented)
            SegmentTimingRules.check(track, fragmented, &log)
        }
        if let transport = track.transport { TransportRules.check(track, transport, &log) }
        return track
    }

    private mutating func segments(
        of playlist: MediaPlaylistFacts,
        _ initializations: [Int: LoadedInitialization]
    ) async -> [LoadedTrack.Segment] {
        var segments: [LoadedTrack.Segment] = []
        for declared in playlist.segments {
            log.check(.uriResolves)
            do {
                let path = try loader.resolve(declared.resource.uri, from: playlist.path)
                let initialization = declared.map.flatMap { initializations[$0] }
                let content = try await loader.segment(path, declared.resource.range, initialization)
                segments.append(.init(path: path, declared: declared, content: content))
            } catch { log.report(.uriResolves, playlist.read.place(declared.line), error.message) }
        }
        return segments
    }

    /// Rules about boxes and bits, once per track.
    mutating func judge(_ track: FragmentedTrack) {
        guard judged.insert([track.initialization.path, track.segments[0].path]).inserted else { return }
        InitializationRules.check(track, &log)
        CodecRules.check(track, &log)
        FragmentRules.check(track, &log)
        SampleRules.check(track, &log)
    }
}
