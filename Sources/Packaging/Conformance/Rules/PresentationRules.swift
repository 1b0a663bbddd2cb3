/// All rules about a multivariant playlist and its tracks.
enum PresentationRules {
    static func check(_ presentation: Presentation, _ log: inout FindingLog) {
        VariantRules.check(presentation, &log)
        BandwidthRules.check(presentation, &log)
        PictureRules.check(presentation, &log)
        VariantCodecRules.check(presentation, &log)
        RenditionRules.check(presentation, &log)
        KeyFrameVariantRules.check(presentation, &log)
        LadderRules.check(presentation, &log)
        AlignmentRules.check(presentation, &log)
        SubtitleRenditionRules.check(presentation, &log)
    }
}
