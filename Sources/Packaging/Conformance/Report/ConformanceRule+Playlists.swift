extension ConformanceRule {
    static let playlists = [
        playlistText, playlistVersion, attributeSyntax, uriResolves, tagsInTheirPlaylist, targetDuration,
        segmentLength, sameTargetDuration, durationSums, onDemandPlaylist, mediaSequence, mapPrecedesSegments,
        independentSegments, discontinuities, segmentCadence, alignedSegments,
    ]

    static let playlistText = ConformanceRule(
        "HLS-01",
        .must,
        "RFC 8216bis 4.1, 4.4.1.1",
        "A playlist is UTF-8 without a byte order mark and begins with the line #EXTM3U."
    )
    static let playlistVersion = ConformanceRule(
        "HLS-02",
        .must,
        "RFC 8216bis 4.4.1.2, 8",
        "EXT-X-VERSION stands once and is no lower than the tags in use need."
    )
    static let attributeSyntax = ConformanceRule(
        "HLS-03",
        .must,
        "RFC 8216bis 4.2",
        "Attributes are unique, quoted or bare as their kind wants it, and of the right form."
    )
    static let uriResolves = ConformanceRule(
        "HLS-04",
        .must,
        "RFC 8216bis 4.1",
        "Every URI names a file that exists, is not empty, and is of the kind that its place wants."
    )
    static let tagsInTheirPlaylist = ConformanceRule(
        "HLS-05",
        .must,
        "RFC 8216bis 4.4.3, 4.4.6",
        "Tags of media playlists and of multivariant playlists do not meet in one playlist."
    )
    static let targetDuration = ConformanceRule(
        "HLS-10",
        .must,
        "RFC 8216bis 4.4.3.1",
        "One whole-numbered EXT-X-TARGETDURATION, and no EXTINF that rounds to more."
    )
    static let segmentLength = ConformanceRule(
        "HLS-11",
        .must,
        "Apple HLS authoring 7.7",
        "No segment, measured by its samples, lasts over half a second longer than the target duration."
    )
    static let sameTargetDuration = ConformanceRule(
        "HLS-12",
        .must,
        "RFC 8216bis 6.2.4; Apple HLS authoring 8.2",
        "All picture and sound playlists of one multivariant playlist have the same target duration."
    )
    static let durationSums = ConformanceRule(
        "HLS-13",
        .must,
        "Apple HLS authoring 8.1",
        "The EXTINF durations up to any segment add up to what its samples say, to within a frame."
    )
    static let onDemandPlaylist = ConformanceRule(
        "HLS-14",
        .must,
        "RFC 8216bis 4.4.3.4, 4.4.3.5; Apple HLS authoring 8.3, 8.6, 8.7",
        "A finished playlist says VOD and EXT-X-ENDLIST, and all of them cover the same time."
    )
    static let mediaSequence = ConformanceRule(
        "HLS-16",
        .must,
        "RFC 8216bis 4.4.3.2",
        "EXT-X-MEDIA-SEQUENCE stands before the first segment and is the same in all renditions."
    )
    static let mapPrecedesSegments = ConformanceRule(
        "HLS-17",
        .must,
        "RFC 8216bis 3.1.2, 4.4.4.5",
        "Fragmented MP4 has an EXT-X-MAP before its first segment, and no segment has a moov."
    )
    static let independentSegments = ConformanceRule(
        "HLS-18",
        .must,
        "RFC 8216bis 4.4.2.1; Apple HLS authoring 9.11, 9.12",
        "EXT-X-INDEPENDENT-SEGMENTS is said, and true."
    )
    static let discontinuities = ConformanceRule(
        "HLS-19",
        .must,
        "RFC 8216bis 4.4.4.3; Apple HLS authoring 8.13",
        "Wherever the init segment changes or time jumps there is an EXT-X-DISCONTINUITY, in all renditions alike."
    )
    static let segmentCadence = ConformanceRule(
        "HLS-20",
        .should,
        "Apple HLS authoring 1.13, 7.5, 7.6",
        "Segments last about six seconds and have a key frame every two."
    )
    static let alignedSegments = ConformanceRule(
        "HLS-21",
        .must,
        "RFC 8216bis 6.2.4; CMAF 7.3.4; ISO/IEC 23009-1 5.3.3.2",
        "Every segment starts at the same time in all rungs, and sound within one of its frames."
    )
}
