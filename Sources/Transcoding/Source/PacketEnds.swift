/// The end of each stream, from ffprobe's list of packets (`stream,pts,duration` per line).
struct PacketEnds: Sendable {
    /// Seconds, by stream index.
    private(set) var ends: [Int: Double] = [:]
    private var lines = LineSplitter()

    mutating func append(_ bytes: [UInt8]) {
        for line in lines.append(bytes) {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count >= 2, let stream = Int(fields[0]), let time = Double(fields[1]) else { continue }
            let duration = fields.count > 2 ? Double(fields[2]) ?? 0 : 0
            ends[stream] = max(ends[stream] ?? -.infinity, time + duration)
        }
    }
}
