/// The latest values of ffmpeg's `-progress` output, lines of `key=value`. Values may be `N/A`, and `out_time` negative
/// at first; such lines change nothing.
struct FFmpegProgress: Sendable, Equatable {
    /// Pictures of the first rung.
    private(set) var frame = 0
    /// Seconds of video per second.
    private(set) var speed: Double?
    /// Bytes written, over all outputs.
    private(set) var totalSize = 0

    mutating func read(_ line: String) {
        guard let equals = line.firstIndex(of: "=") else { return }
        let value = line[line.index(after: equals)...].drop { $0 == " " }
        switch line[..<equals] {
        case "frame": frame = Int(value) ?? frame
        case "speed": speed = Double(value.prefix { $0 != "x" }) ?? speed
        case "total_size": totalSize = Int(value) ?? totalSize
        default: break
        }
    }
}
