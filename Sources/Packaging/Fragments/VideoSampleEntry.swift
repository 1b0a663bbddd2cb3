/// The visual sample entries that we serve: `avc1`, `hvc1`, `av01`.
enum VideoSampleEntry {
    static func format(_ entry: BoxReader, header: TrackHeader) throws(PackagingError) -> VideoFormat {
        var reader = entry
        try reader.skip(78)
        let boxes = try reader.children()
        try checkSquarePixels(boxes)
        guard header.width > 0, header.height > 0 else {
            throw PackagingError(.unsupported, "a picture of \(header.width)x\(header.height)")
        }
        let colour = try ColourInformation(boxes)
        let codec: VideoCodecConfiguration =
            switch entry.type {
            case "avc1": try .avc(boxes.only("avcC", in: entry.type))
            case "hvc1": try .hevc(boxes.only("hvcC", in: entry.type))
            case "av01": try .av1(boxes.only("av1C", in: entry.type), colour: colour)
            default: throw PackagingError(.unsupported, "video in a sample entry \(entry.type)")
            }
        return VideoFormat(
            width: header.width,
            height: header.height,
            codec: codec.string,
            bitstream: codec.bitstream,
            range: VideoRange(transfer: colour?.transfer ?? 1)
        )
    }

    private static func checkSquarePixels(_ boxes: [BoxReader]) throws(PackagingError) {
        guard var pasp = boxes.first("pasp") else { return }
        let (horizontal, vertical) = (try pasp.word(), try pasp.word())
        guard horizontal == vertical else {
            throw PackagingError(.unsupported, "pixels of \(horizontal):\(vertical) are not square")
        }
    }
}

/// The `nclx` form of a colr box.
struct ColourInformation {
    let primaries: Int
    let transfer: Int
    let matrix: Int
    let isFullRange: Bool

    init?(_ boxes: [BoxReader]) throws(PackagingError) {
        guard var colr = boxes.first("colr"), FourCC(rawValue: try colr.word()) == "nclx" else { return nil }
        primaries = Int(try colr.half())
        transfer = Int(try colr.half())
        matrix = Int(try colr.half())
        isFullRange = try colr.byte() >> 7 == 1
    }
}
