/// What the bits of a segment's first picture say, whatever its flags do.
enum KeyFrame: Sendable, Equatable {
    /// Decoding can begin here, and nothing before it is needed later.
    case closed
    /// HEVC's CRA: pictures that follow may need some from before it.
    case open
    case none

    init(_ frame: ArraySlice<UInt8>, _ bitstream: VideoBitstream) {
        if bitstream.isKeyFrame(frame) {
            self = .closed
        } else if case .hevc(let lengthSize) = bitstream, Self.startsWithCRA(frame, lengthSize) {
            self = .open
        } else {
            self = .none
        }
    }

    private static func startsWithCRA(_ frame: ArraySlice<UInt8>, _ lengthSize: Int) -> Bool {
        var rest = frame
        while rest.count > lengthSize {
            let length = rest.prefix(lengthSize).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(lengthSize)
            guard let header = rest.first, length > 0, length <= rest.count else { return false }
            let type = header >> 1 & 0x3F
            if type < 32 { return type == 21 }
            rest = rest.dropFirst(length)
        }
        return false
    }
}
