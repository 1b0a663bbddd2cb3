/// What tkhd says of the picture (ISO/IEC 14496-12 section 8.3.2).
struct TrackHeader {
    let trackID: UInt32
    /// Pixels, as displayed; the fraction is dropped.
    let width: Int
    let height: Int

    private static let identity: [UInt32] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]

    /// Refuses a rotated or scaled track: rotation belongs into the pictures, because not every player turns them.
    init(_ box: BoxReader) throws(PackagingError) {
        var reader = box
        let version = try reader.fullHeader().version
        try reader.skip(version == 0 ? 8 : 16)
        trackID = try reader.word()
        try reader.skip(version == 0 ? 24 : 28)
        for expected in Self.identity {
            guard try reader.word() == expected else {
                throw PackagingError(.unsupported, "box tkhd turns or scales the picture")
            }
        }
        width = Int(try reader.half())
        try reader.skip(2)
        height = Int(try reader.half())
    }
}
