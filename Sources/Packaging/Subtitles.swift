/// Text that is shown with the picture, and where its files go.
package struct SubtitleDescription: Sendable, Equatable {
    /// One path part of `a-z`, `0-9`, `_`, `-`; unique among the tracks.
    package let folder: String
    /// Nil is LANGUAGE `und`, and leaves `@lang` out.
    package let language: LanguageTag?
    /// For people; unique among the subtitles.
    package let name: String
    /// To be shown by players without being asked for.
    package let isForced: Bool
    package let isForHearingImpaired: Bool

    package init(folder: String, language: LanguageTag?, name: String, isForced: Bool, isForHearingImpaired: Bool) {
        self.folder = folder
        self.language = language
        self.name = name
        self.isForced = isForced
        self.isForHearingImpaired = isForHearingImpaired
    }

    static let fileName = "subtitles.vtt"
    /// Bits per second; text is next to nothing, and a manifest wants a number.
    static let bandwidth = 1_000
    /// Apple's HLS authoring specification, rule 4.6.
    static let writtenOutCharacteristics =
        "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"
}

/// A whole WebVTT text, whose times count from the start of the picture.
package struct SubtitleFile: Sendable {
    package let description: SubtitleDescription
    private let text: [UInt8]

    /// `text` begins with `WEBVTT` and a line end, as ffmpeg's `-f webvtt` writes it.
    package init(_ description: SubtitleDescription, text: [UInt8]) {
        self.description = description
        self.text = text
    }

    private static let header = Array("WEBVTT\n".utf8)
    private static let arrow = Array("-->".utf8)

    var hasCues: Bool {
        guard text.starts(with: SubtitleFile.header) else { return false }
        return text.indices.contains { text[$0...].starts(with: SubtitleFile.arrow) }
    }

    /// The text as one segment, which RFC 8216bis allows for subtitles of any length, and its playlist.
    /// `clock` is the time of the first picture in ticks of 90 kHz.
    func files(duration: MediaTime, clock: Int = 0) -> [PackagedFile] {
        let name = SubtitleDescription.fileName
        // Says where the text's zero is on the clock of the media (section 3.1.4).
        let map = Array("X-TIMESTAMP-MAP=MPEGTS:\(clock),LOCAL:00:00:00.000\n".utf8)
        let playlist = """
            #EXTM3U
            #EXT-X-VERSION:7
            #EXT-X-TARGETDURATION:\((duration.microseconds + 999_999) / 1_000_000)
            #EXT-X-MEDIA-SEQUENCE:0
            #EXT-X-PLAYLIST-TYPE:VOD
            #EXTINF:\(HLSDecimal.seconds(microseconds: duration.microseconds)),
            \(name)
            #EXT-X-ENDLIST

            """
        return [
            PackagedFile(
                path: "\(description.folder)/\(name)",
                bytes: SubtitleFile.header + map + text.dropFirst(SubtitleFile.header.count),
                replaces: false
            ),
            PackagedFile(path: "\(description.folder)/stream.m3u8", text: playlist),
        ]
    }
}
