extension ConformanceRule {
    static let variants = [
        variantAttributes, peakBandwidth, averageBandwidth, peakToAverage, resolution, frameRate, videoRange,
        standardRangeSet, variantCodecs, codecFamilies, audioRenditions, renditionGroups, stereoOffered, variantOrder,
        closedCaptions, keyFrameVariants, keyFramePlaylists, keyFrameSpacing,
    ]

    static let variantAttributes = ConformanceRule(
        "HLS-30",
        .must,
        "RFC 8216bis 4.4.6.2; Apple HLS authoring 9.1, 9.2, 9.14, 9.15",
        "Every variant says BANDWIDTH, AVERAGE-BANDWIDTH and CODECS, and with pictures RESOLUTION and FRAME-RATE."
    )
    static let peakBandwidth = ConformanceRule(
        "HLS-31",
        .must,
        "RFC 8216bis 4.4.6.2; Apple HLS authoring 1.27, 9.13",
        "BANDWIDTH is the peak bit rate of the variant with its largest sound, to within a tenth."
    )
    static let averageBandwidth = ConformanceRule(
        "HLS-32",
        .must,
        "RFC 8216bis 4.4.6.2; Apple HLS authoring 1.26, 9.14",
        "AVERAGE-BANDWIDTH is the average bit rate of the variant with its largest sound, to within a tenth."
    )
    static let peakToAverage = ConformanceRule(
        "HLS-33",
        .should,
        "Apple HLS authoring 1.30",
        "The peak bit rate is at most twice the average."
    )
    static let resolution = ConformanceRule(
        "HLS-34",
        .must,
        "RFC 8216bis 4.4.6.2",
        "RESOLUTION is the size at which the picture is shown, in even numbers."
    )
    static let frameRate = ConformanceRule(
        "HLS-35",
        .must,
        "RFC 8216bis 4.4.6.2; Apple HLS authoring 1.19",
        "FRAME-RATE is the highest rate of the pictures to three decimals, at most 60."
    )
    static let videoRange = ConformanceRule(
        "HLS-36",
        .must,
        "RFC 8216bis 4.4.6.2; Apple HLS authoring 1.7, 9.16",
        "VIDEO-RANGE agrees with the transfer characteristics, and stands on all variants or they are all SDR."
    )
    static let standardRangeSet = ConformanceRule(
        "HLS-37",
        .must,
        "Apple HLS authoring 1.24",
        "Beside variants of high dynamic range there are some of standard range."
    )
    static let variantCodecs = ConformanceRule(
        "HLS-38",
        .must,
        "RFC 8216bis 4.4.6.2; RFC 6381 3; Apple HLS authoring 9.1",
        "CODECS lists exactly the sample formats of the variant and of its sound."
    )
    static let codecFamilies = ConformanceRule(
        "HLS-39",
        .must,
        "Apple HLS authoring 1.12, 1.23, 9.23",
        "H.264 is offered whatever else is."
    )
    static let audioRenditions = ConformanceRule(
        "HLS-40",
        .must,
        "RFC 8216bis 4.4.6.1, 4.4.6.1.1; Apple HLS authoring 8.9, 8.10",
        "A sound rendition has GROUP-ID, a NAME that is unique in the group, CHANNELS, and one default at most."
    )
    static let renditionGroups = ConformanceRule(
        "HLS-41",
        .must,
        "RFC 8216bis 4.4.6.1.1, 4.4.6.2.1",
        "Groups that variants name exist, and all groups of one type have the same members."
    )
    static let stereoOffered = ConformanceRule(
        "HLS-42",
        .must,
        "Apple HLS authoring 2.3, 9.6",
        "Sound is offered as AAC in stereo."
    )
    static let variantOrder = ConformanceRule(
        "HLS-43",
        .should,
        "Apple HLS authoring 1.32, 1.33",
        "The first variant is the one of its codec nearest to 2 Mbit/s, and all have the same shape."
    )
    static let closedCaptions = ConformanceRule(
        "HLS-44",
        .must,
        "RFC 8216bis 4.4.6.2",
        "CLOSED-CAPTIONS=NONE is on every variant or on none."
    )
    static let keyFrameVariants = ConformanceRule(
        "HLS-45",
        .must,
        "RFC 8216bis 4.4.6.3; Apple HLS authoring 6.1, 6.16, 9.3, 9.4",
        "There are I-frame variants, with BANDWIDTH, CODECS, RESOLUTION and URI, without FRAME-RATE and AUDIO."
    )
    static let keyFramePlaylists = ConformanceRule(
        "HLS-46",
        .must,
        "RFC 8216bis 4.4.3.6, 4.4.4.2; Apple HLS authoring 6.8, 6.10",
        "An I-frame playlist says so, and each entry is the bytes from a moof to the end of its key frame."
    )
    static let keyFrameSpacing = ConformanceRule(
        "HLS-47",
        .should,
        "Apple HLS authoring 6.2",
        "I-frames are at most about two seconds apart."
    )
}
