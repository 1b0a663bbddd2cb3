/// What a sample entry says of the samples.
struct SampleEntryFacts: Sendable {
    let type: FourCC
    /// RFC 6381, as derived from the configuration record; nil when that could not be done.
    var codec: String?
    var problems: [String] = []

    // Pictures.
    var bitstream: VideoBitstream?
    /// The profile and level bytes of the record itself: profile_idc, level_idc.
    var record: (profile: Int, level: Int)?
    var parameters: SequenceParameters?
    /// Whether every kind of parameter set is in the record.
    var hasParameterSets = false
    var colour: ColourCodes?
    var pixelShape: SequenceParameters.Ratio?
    var hasMasteringDisplay = false

    // Sound.
    var channels = 0
    var sampleRate = 0

    init(type: FourCC) { self.type = type }

    /// What codecs that a player can switch between have in common.
    var family: String { ["avc3": "avc1", "hev1": "hvc1"][type.description] ?? type.description }

    /// What the pictures are shown as: of the box, else of the parameter sets.
    var range: VideoRange { (colour ?? parameters?.colour)?.range ?? .standard }
}
