/// Cuts a program's output into lines. A line longer than `limit` bytes is dropped, so that nothing grows without end.
struct LineSplitter: Sendable {
    static let limit = 8_192
    private var rest: [UInt8] = []

    /// The lines that are whole now, without their ends.
    mutating func append(_ bytes: [UInt8]) -> [String] {
        var pieces = (rest + bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = Array(pieces.popLast() ?? [])
        if rest.count > LineSplitter.limit { rest = [] }
        return pieces.filter { $0.count <= LineSplitter.limit }.map { String(decoding: $0, as: UTF8.self) }
    }
}
