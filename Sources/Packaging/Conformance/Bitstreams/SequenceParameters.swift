/// What a sequence parameter set says of the pictures.
struct SequenceParameters: Sendable, Equatable {
    let profile: Int
    let level: Int
    /// 1 is 4:2:0.
    let chromaFormat: Int
    /// Of luma.
    let bitDepth: Int
    /// Pixels after cropping.
    let width: Int
    let height: Int
    /// Whether every picture is a whole frame.
    let isProgressive: Bool
    /// Width and height of a pixel; nil when not said.
    var pixelShape: Ratio?
    var colour: ColourCodes?

    struct Ratio: Sendable, Equatable {
        let horizontal: Int
        let vertical: Int

        /// Nothing said and 0:0 leave the pixel square.
        var isSquare: Bool { horizontal == vertical }
    }
}

/// Code points of ISO/IEC 23091-2; 2 is "unspecified".
struct ColourCodes: Sendable, Equatable, CustomStringConvertible {
    var primaries: Int
    var transfer: Int
    var matrix: Int
    var isFullRange: Bool

    var description: String { "\(primaries)/\(transfer)/\(matrix)" + (isFullRange ? " full range" : "") }

    var range: VideoRange { VideoRange(transfer: transfer) }

    /// Whether two statements can be true of one picture: what one leaves open the other may say.
    func agrees(with other: ColourCodes) -> Bool {
        let pairs = [(primaries, other.primaries), (transfer, other.transfer), (matrix, other.matrix)]
        return isFullRange == other.isFullRange && pairs.allSatisfy { $0 == $1 || $0 == 2 || $1 == 2 }
    }
}

extension SequenceParameters {
    /// A size that no level has is a set that was read wrong; also keeps products of sizes small.
    func checkSize() throws(BitReader.Ended) {
        guard (1...1 << 16).contains(width), (1...1 << 16).contains(height) else { throw BitReader.Ended() }
    }

    /// The part of a VUI that H.264 and HEVC begin with alike (annex E of both).
    static func pixelShape(_ bits: inout BitReader) throws(BitReader.Ended) -> Ratio? {
        guard try bits.flag() else { return nil }
        let index = try bits.bits(8)
        guard index == 255 else {
            return index < 2 ? Ratio(horizontal: 1, vertical: 1) : Ratio(horizontal: index, vertical: 1)
        }
        return Ratio(horizontal: try bits.bits(16), vertical: try bits.bits(16))
    }

    /// overscan_info, then video_signal_type.
    static func colour(_ bits: inout BitReader) throws(BitReader.Ended) -> ColourCodes? {
        if try bits.flag() { try bits.skip(1) }
        guard try bits.flag() else { return nil }
        try bits.skip(3)
        let isFullRange = try bits.flag()
        guard try bits.flag() else {
            return ColourCodes(primaries: 2, transfer: 2, matrix: 2, isFullRange: isFullRange)
        }
        return ColourCodes(
            primaries: try bits.bits(8),
            transfer: try bits.bits(8),
            matrix: try bits.bits(8),
            isFullRange: isFullRange
        )
    }
}
