/// The end of a program's log, bounded whatever it writes.
struct LogTail: Sendable {
    static let limit = 4_096
    private var bytes: [UInt8] = []

    mutating func append(_ new: [UInt8]) {
        bytes += new.suffix(LogTail.limit)
        if bytes.count > 2 * LogTail.limit { bytes.removeFirst(bytes.count - LogTail.limit) }
    }

    /// Whole lines, at most `limit` bytes.
    var text: String {
        let end = bytes.suffix(LogTail.limit)
        let isCut = end.count < bytes.count
        let whole = isCut ? end.drop { $0 != UInt8(ascii: "\n") }.dropFirst() : end
        return String(decoding: whole, as: UTF8.self)
    }
}
