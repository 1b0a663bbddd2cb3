/// A box at the top of a file, and where it lies there.
struct PlacedBox: Sendable, Equatable {
    let type: FourCC
    /// Of the header's first byte.
    let offset: Int
    let headerSize: Int
    /// With the header.
    let size: Int

    var content: Range<Int> { offset + headerSize..<offset + size }
    var end: Int { offset + size }

    /// More than a segment has, however finely it is cut.
    private static let mostBoxes = 20_000

    /// Walks the top of a file; stops at the first box that does not fit, and says so.
    static func walk(_ bytes: [UInt8]) -> (boxes: [PlacedBox], problem: (byte: Int, message: String)?) {
        var boxes: [PlacedBox] = []
        var offset = 0
        while offset < bytes.count {
            guard boxes.count < mostBoxes else { return (boxes, (offset, "There are over \(mostBoxes) boxes.")) }
            guard let header = header(bytes, offset) else {
                return (boxes, (offset, "No box can be read here."))
            }
            let box = PlacedBox(
                type: header.type,
                offset: offset,
                headerSize: header.headerSize,
                size: header.totalSize
            )
            guard box.size <= bytes.count - offset else {
                return (boxes, (offset, "Box \(box.type) says it is \(box.size) bytes long, over the end of the file."))
            }
            boxes.append(box)
            offset += box.size
        }
        return (boxes, nil)
    }

    private static func header(_ bytes: [UInt8], _ offset: Int) -> BoxHeader? {
        var reader = BoxHeaderReader()
        for byte in bytes[offset...].prefix(16) {
            do {
                if let header = try reader.append(byte) { return header }
            } catch { return nil }
        }
        return nil
    }

    func reader(_ bytes: [UInt8]) -> BoxReader { BoxReader(type, bytes[content]) }
}
