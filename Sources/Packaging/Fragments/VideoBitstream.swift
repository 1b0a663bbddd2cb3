/// How to find out whether a coded frame is one that decoding can begin with, without believing the container's flags.
enum VideoBitstream: Sendable, Equatable {
    /// Bytes of the length before each NAL unit.
    case avc(lengthSize: Int)
    case hevc(lengthSize: Int)
    case av1

    /// Whether the frame is an IDR picture (H.264 NAL type 5, HEVC 19 and 20; CRA is an open GOP), or an AV1 key frame
    /// behind a sequence header.
    func isKeyFrame(_ frame: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .avc(let lengthSize):
            firstSlice(of: frame, lengthSize) { (1...5).contains($0 & 0x1F) }.map { $0 & 0x1F == 5 } ?? false
        case .hevc(let lengthSize):
            firstSlice(of: frame, lengthSize) { $0 >> 1 & 0x3F < 32 }.map { [19, 20].contains($0 >> 1 & 0x3F) } ?? false
        case .av1: isAV1KeyFrame(frame)
        }
    }

    /// The first byte of the first NAL unit that holds picture data.
    private func firstSlice(
        of frame: ArraySlice<UInt8>,
        _ lengthSize: Int,
        where isSlice: (UInt8) -> Bool
    ) -> UInt8? {
        var rest = frame
        while rest.count > lengthSize {
            let length = rest.prefix(lengthSize).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(lengthSize)
            guard let header = rest.first, length > 0, length <= rest.count else { return nil }
            if isSlice(header) { return header }
            rest = rest.dropFirst(length)
        }
        return nil
    }

    private func isAV1KeyFrame(_ frame: ArraySlice<UInt8>) -> Bool {
        var rest = frame
        var hasSequenceHeader = false
        while let header = rest.first {
            rest = rest.dropFirst(header & 0x04 == 0 ? 1 : 2)
            guard let size = header & 0x02 == 0 ? rest.count : leb128(&rest), size <= rest.count else { return false }
            switch header >> 3 & 0x0F {
            case 1: hasSequenceHeader = true
            case 3, 6:  // frame header, frame: show_existing_frame and frame_type are its first three bits, all zero
                return hasSequenceHeader && rest.prefix(size).first.map { $0 >> 5 == 0 } ?? false
            default: break
            }
            rest = rest.dropFirst(size)
        }
        return false
    }

    private func leb128(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        var value = 0
        for index in 0..<5 {
            guard let byte = bytes.popFirst() else { return nil }
            value |= Int(byte & 0x7F) << (7 * index)
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
