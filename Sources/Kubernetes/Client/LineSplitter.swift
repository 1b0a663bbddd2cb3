import NIOCore

/// Cuts a stream of bytes at newlines; a line may come in any number of pieces.
struct LineSplitter {
    private var pending = ByteBuffer()
    private let longest: Int

    init(longest: Int) { self.longest = longest }

    /// The lines that this piece completes, without the newline and without empty ones.
    mutating func split(_ piece: ByteBuffer) throws(KubernetesError) -> [ByteBuffer] {
        var piece = piece
        var searched = pending.readableBytes
        pending.writeBuffer(&piece)
        var lines: [ByteBuffer] = []
        while let end = pending.readableBytesView.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) {
            if let line = pending.readSlice(length: end - pending.readerIndex), line.readableBytes > 0 {
                lines.append(line)
            }
            pending.moveReaderIndex(forwardBy: 1)
            searched = 0
        }
        guard pending.readableBytes <= longest else {
            throw KubernetesError(.badAnswer, "a line of a watch is longer than \(longest) bytes")
        }
        pending.discardReadBytes()
        return lines
    }
}
