/// `master.m3u8` (RFC 8216bis section 4.4.6).
struct MasterPlaylist {
    private let ladder: LadderSummary

    /// Players begin with the first variant that they read (Apple's HLS authoring specification, rule 1.32).
    private static let firstBandwidth = 2_000_000

    init(_ ladder: LadderSummary) { self.ladder = ladder }

    var text: String {
        var text = "#EXTM3U\n#EXT-X-VERSION:\(ladder.container.playlistVersion)\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        for group in ladder.audioGroups { text += group.audios.map { line($0, in: group) }.joined() }
        for subtitles in ladder.subtitles { text += line(subtitles) }
        let videos = ordered()
        let groups: [LadderSummary.AudioGroup?] = ladder.audioGroups.isEmpty ? [nil] : ladder.audioGroups
        for group in groups { text += videos.map { line($0, with: group) }.joined() }
        for video in videos { text += keyFrameLine(video) }
        return text
    }

    private func ordered() -> [LadderSummary.Video] {
        let family = ladder.videos.first.map(\.family)
        let distances = ladder.videos.map { video in
            // Whoever reads only the first variant should be able to play it: the first codec, which is the plainest.
            video.family == family ? abs(ladder.bandwidth(of: video).peak - Self.firstBandwidth) : .max
        }
        guard let first = distances.indices.min(by: { distances[$0] < distances[$1] }) else { return [] }
        var videos = ladder.videos
        videos.insert(videos.remove(at: first), at: 0)
        return videos
    }

    private func line(_ audio: LadderSummary.Audio, in group: LadderSummary.AudioGroup) -> String {
        var attributes = HLSAttributeList()
        attributes.add("TYPE", "AUDIO")
        attributes.add("GROUP-ID", quoted: group.name)
        attributes.add("NAME", quoted: audio.name)
        if let language = audio.language { attributes.add("LANGUAGE", quoted: language.rawValue) }
        attributes.add("DEFAULT", audio.isDefault ? "YES" : "NO")
        attributes.add("AUTOSELECT", group.isChosenByPlayers(audio) ? "YES" : "NO")
        attributes.add("CHANNELS", quoted: "\(audio.format.channels)")
        attributes.add("URI", quoted: "\(audio.folder)/stream.m3u8")
        return "#EXT-X-MEDIA:\(attributes.text)\n"
    }

    private func line(_ subtitles: SubtitleDescription) -> String {
        var attributes = HLSAttributeList()
        attributes.add("TYPE", "SUBTITLES")
        attributes.add("GROUP-ID", quoted: "subtitles")
        attributes.add("NAME", quoted: subtitles.name)
        // Apple's rules want a language of every text.
        attributes.add("LANGUAGE", quoted: subtitles.language?.rawValue ?? "und")
        attributes.add("DEFAULT", "NO")
        attributes.add("AUTOSELECT", ladder.isChosenByPlayers(subtitles) ? "YES" : "NO")
        if subtitles.isForced { attributes.add("FORCED", "YES") }
        if subtitles.isForHearingImpaired {
            attributes.add("CHARACTERISTICS", quoted: SubtitleDescription.writtenOutCharacteristics)
        }
        attributes.add("URI", quoted: "\(subtitles.folder)/stream.m3u8")
        return "#EXT-X-MEDIA:\(attributes.text)\n"
    }

    private func line(_ video: LadderSummary.Video, with group: LadderSummary.AudioGroup?) -> String {
        var attributes = HLSAttributeList()
        let bandwidth = ladder.bandwidth(of: video, with: group)
        attributes.add("BANDWIDTH", bandwidth.peak)
        attributes.add("AVERAGE-BANDWIDTH", bandwidth.average)
        attributes.add("CODECS", quoted: ladder.codecs(of: video, with: group))
        attributes.add("RESOLUTION", "\(video.format.width)x\(video.format.height)")
        attributes.add("FRAME-RATE", HLSDecimal.frameRate(video.frameRate))
        addRange(video, to: &attributes)
        if let group { attributes.add("AUDIO", quoted: group.name) }
        if !ladder.subtitles.isEmpty { attributes.add("SUBTITLES", quoted: "subtitles") }
        return "#EXT-X-STREAM-INF:\(attributes.text)\n\(video.folder)/stream.m3u8\n"
    }

    private func keyFrameLine(_ video: LadderSummary.Video) -> String {
        guard let bandwidth = video.keyFrames else { return "" }
        var attributes = HLSAttributeList()
        attributes.add("BANDWIDTH", bandwidth.peak)
        attributes.add("AVERAGE-BANDWIDTH", bandwidth.average)
        attributes.add("CODECS", quoted: video.format.codec)
        attributes.add("RESOLUTION", "\(video.format.width)x\(video.format.height)")
        addRange(video, to: &attributes)
        attributes.add("URI", quoted: "\(video.folder)/iframes.m3u8")
        return "#EXT-X-I-FRAME-STREAM-INF:\(attributes.text)\n"
    }

    /// Needed on every variant as soon as one is not plain.
    private func addRange(_ video: LadderSummary.Video, to attributes: inout HLSAttributeList) {
        guard ladder.videos.contains(where: { $0.format.range != .standard }) else { return }
        attributes.add("VIDEO-RANGE", video.format.range.rawValue)
    }
}
