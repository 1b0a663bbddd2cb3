/// `manifest.mpd` of a finished ladder (ISO/IEC 23009-1), over the very files that the HLS playlists name.
struct DASHManifest {
    private let ladder: LadderSummary

    init(_ ladder: LadderSummary) { self.ladder = ladder }

    var text: String {
        var mpd = XMLElement("MPD")
        mpd.set("xmlns", "urn:mpeg:dash:schema:mpd:2011")
        mpd.set("profiles", "urn:mpeg:dash:profile:isoff-live:2011")
        mpd.set("type", "static")
        mpd.set("mediaPresentationDuration", duration)
        mpd.set("minBufferTime", "PT\(ladder.targetDuration)S")
        mpd.add(period)
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + mpd.text
    }

    private var duration: String { "PT\(HLSDecimal.seconds(microseconds: ladder.duration.microseconds))S" }

    private var period: XMLElement {
        var period = XMLElement("Period")
        period.set("id", 0)
        period.set("start", "PT0S")
        period.set("duration", duration)
        var sets = families.map(adaptationSet)
        sets += ladder.audios.map(adaptationSet) + ladder.subtitles.map(adaptationSet)
        for (number, var set) in sets.enumerated() {
            set.set("id", number)
            period.add(set)
        }
        return period
    }

    /// Rungs that a player may switch between.
    private var families: [[LadderSummary.Video]] {
        var families: [[LadderSummary.Video]] = []
        for video in ladder.videos {
            if let index = families.firstIndex(where: { $0[0].family == video.family }) {
                families[index].append(video)
            } else {
                families.append([video])
            }
        }
        return families
    }

    private func adaptationSet(_ videos: [LadderSummary.Video]) -> XMLElement {
        var set = emptySet("video")
        set.set("maxWidth", videos.map(\.format.width).max() ?? 0)
        set.set("maxHeight", videos.map(\.format.height).max() ?? 0)
        for property in colours(videos[0]) { set.add(property) }
        for video in videos { set.add(representation(video)) }
        return set
    }

    /// How a high dynamic range is coded (ISO/IEC 23091-2); players that do not know the property must leave the set
    /// alone, hence essential.
    private func colours(_ video: LadderSummary.Video) -> [XMLElement] {
        guard let transfer = video.format.range.transfer else { return [] }
        let codes = [("ColourPrimaries", 9), ("TransferCharacteristics", transfer), ("MatrixCoefficients", 9)]
        return codes.map { name, code in
            var property = XMLElement("EssentialProperty")
            property.set("schemeIdUri", "urn:mpeg:mpegB:cicp:\(name)")
            property.set("value", code)
            return property
        }
    }

    private func adaptationSet(_ subtitles: SubtitleDescription) -> XMLElement {
        var set = XMLElement("AdaptationSet")
        set.set("contentType", "text")
        set.set("mimeType", "text/vtt")
        if let language = subtitles.language { set.set("lang", language) }
        var label = XMLElement("Label")
        label.add(text: subtitles.name)
        var role = XMLElement("Role")
        role.set("schemeIdUri", "urn:mpeg:dash:role:2011")
        let value = subtitles.isForced ? "forced-subtitle" : subtitles.isForHearingImpaired ? "caption" : "subtitle"
        role.set("value", value)
        var representation = XMLElement("Representation")
        representation.set("id", subtitles.folder)
        representation.set("bandwidth", SubtitleDescription.bandwidth)
        var base = XMLElement("BaseURL")
        base.add(text: "\(subtitles.folder)/\(SubtitleDescription.fileName)")
        representation.add(base)
        for child in [label, role, representation] { set.add(child) }
        return set
    }

    private func adaptationSet(_ audio: LadderSummary.Audio) -> XMLElement {
        var set = emptySet("audio")
        if let language = audio.language { set.set("lang", language) }
        var label = XMLElement("Label")
        label.add(text: audio.name)
        var role = XMLElement("Role")
        role.set("schemeIdUri", "urn:mpeg:dash:role:2011")
        role.set("value", audio.isDefault || ladder.audios.count == 1 ? "main" : "alternate")
        for child in [label, role, representation(audio)] { set.add(child) }
        return set
    }

    /// No `bitstreamSwitching`: parameter sets are in the init of each rung.
    private func emptySet(_ type: String) -> XMLElement {
        var set = XMLElement("AdaptationSet")
        set.set("contentType", type)
        set.set("mimeType", "\(type)/mp4")
        set.set("segmentAlignment", "true")
        set.set("startWithSAP", 1)
        return set
    }

    private func representation(_ video: LadderSummary.Video) -> XMLElement {
        var representation = XMLElement("Representation")
        representation.set("id", video.folder)
        representation.set("bandwidth", max(1, video.bandwidth.peak))
        representation.set("codecs", video.format.codec)
        representation.set("width", video.format.width)
        representation.set("height", video.format.height)
        representation.set("frameRate", video.frameRate)
        representation.set("sar", "1:1")
        representation.add(template(video.table))
        return representation
    }

    private func representation(_ audio: LadderSummary.Audio) -> XMLElement {
        var representation = XMLElement("Representation")
        representation.set("id", audio.folder)
        representation.set("bandwidth", max(1, audio.bandwidth.peak))
        representation.set("codecs", audio.format.codec)
        representation.set("audioSamplingRate", audio.format.sampleRate)
        var channels = XMLElement("AudioChannelConfiguration")
        channels.set("schemeIdUri", "urn:mpeg:dash:23003:3:audio_channel_configuration:2011")
        channels.set("value", audio.format.channels)
        representation.add(channels)
        representation.add(template(audio.table))
        return representation
    }

    private func template(_ table: SegmentTable) -> XMLElement {
        var template = XMLElement("SegmentTemplate")
        template.set("timescale", table.timescale)
        template.set("startNumber", 0)
        template.set("initialization", "$RepresentationID$/init.mp4")
        template.set("media", "$RepresentationID$/segment_$Number$.m4s")
        template.add(timeline(table))
        return template
    }

    /// Presentation times: the edit list takes off what composition offsets put on, so they are the decode times.
    private func timeline(_ table: SegmentTable) -> XMLElement {
        var timeline = XMLElement("SegmentTimeline")
        var rest = table.entries[...]
        while let first = rest.first {
            let run = rest.prefix { $0.duration == first.duration }.count
            var segment = XMLElement("S")
            segment.set("t", first.start)
            segment.set("d", first.duration)
            if run > 1 { segment.set("r", run - 1) }
            timeline.add(segment)
            rest = rest.dropFirst(run)
        }
        return timeline
    }
}
