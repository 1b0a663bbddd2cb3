/// Rules about the text of one playlist of either kind: HLS-01, 02, 03, 05.
enum PlaylistRules {
    static func check(_ playlist: ReadPlaylist, _ log: inout FindingLog) {
        log.check(.playlistText)
        for problem in playlist.text.problems {
            log.report(.playlistText, playlist.place(problem.line), problem.message)
        }
        guard playlist.text.isPlaylist else { return }
        checkVersion(playlist, &log)
        checkAttributes(playlist, &log)
        let wrong = playlist.isMultivariant ? ReadPlaylist.mediaTags : ReadPlaylist.multivariantTags
        log.check(.tagsInTheirPlaylist)
        for tag in playlist.tags where wrong.contains(tag.name) {
            let kind = playlist.isMultivariant ? "multivariant" : "media"
            log.report(
                .tagsInTheirPlaylist,
                playlist.place(tag.line),
                "\(tag.name) does not belong into a \(kind) playlist."
            )
        }
    }

    private static func checkVersion(_ playlist: ReadPlaylist, _ log: inout FindingLog) {
        let versions = playlist.tags("EXT-X-VERSION")
        log.expect(
            .playlistVersion,
            versions.count <= 1,
            playlist.place(versions.last?.line),
            "EXT-X-VERSION stands \(versions.count) times."
        )
        let declared = versions.first.flatMap { PlaylistAttributes.integer($0.value) } ?? (versions.isEmpty ? 1 : 0)
        guard let need = neededVersion(playlist) else { return }
        log.expect(
            .playlistVersion,
            declared >= need.version,
            playlist.place(versions.first?.line),
            "The version is \(declared), but \(need.reason) needs \(need.version)."
        )
    }

    /// RFC 8216bis section 8; nil when version 1 will do.
    private static func neededVersion(_ playlist: ReadPlaylist) -> (version: Int, reason: String)? {
        let isKeyFrames = playlist.has("EXT-X-I-FRAMES-ONLY")
        if playlist.has("EXT-X-MAP") { return isKeyFrames ? (5, "EXT-X-MAP") : (6, "EXT-X-MAP") }
        if isKeyFrames || playlist.has("EXT-X-BYTERANGE") { return (4, "a byte range or an I-frame playlist") }
        let isFractional = playlist.tags("EXTINF").contains { $0.value.prefix { $0 != "," }.contains(".") }
        return isFractional ? (3, "a fraction in EXTINF") : nil
    }

    private static let withAttributes: Set = [
        "EXT-X-STREAM-INF", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-MEDIA", "EXT-X-MAP", "EXT-X-KEY", "EXT-X-SESSION-KEY",
        "EXT-X-START", "EXT-X-DATERANGE", "EXT-X-SESSION-DATA",
    ]

    private static func checkAttributes(_ playlist: ReadPlaylist, _ log: inout FindingLog) {
        for tag in playlist.tags where withAttributes.contains(tag.name) {
            log.check(.attributeSyntax)
            for problem in PlaylistAttributes(tag.value).problems {
                log.report(.attributeSyntax, playlist.place(tag.line), problem)
            }
        }
    }
}
