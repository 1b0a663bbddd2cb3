/// SegmentTemplate with what it inherits (ISO/IEC 23009-1 section 5.3.9).
struct SegmentTemplate: Sendable {
    struct Segment: Sendable {
        let number: Int
        /// Ticks; nominal when there is no timeline.
        let time: Int
        let duration: Int
    }

    /// Of the innermost element.
    let line: Int
    let timescale: Int
    let startNumber: Int?
    let presentationTimeOffset: Int
    let media: String?
    let initialization: String?
    /// Ticks; without a timeline.
    let duration: Int?
    let timeline: XMLNode?

    private static let mostSegments = 100_000

    /// From the outermost element to the innermost.
    init(_ levels: [XMLNode]) {
        func last(_ name: String) -> String? { levels.last { $0[name] != nil }?[name] }
        line = levels.last?.line ?? 1
        timescale = max(1, last("timescale").flatMap(PlaylistAttributes.integer) ?? 1)
        startNumber = last("startNumber").flatMap(PlaylistAttributes.integer)
        presentationTimeOffset = last("presentationTimeOffset").flatMap(PlaylistAttributes.integer) ?? 0
        media = last("media")
        initialization = last("initialization")
        duration = last("duration").flatMap(PlaylistAttributes.integer)
        timeline = levels.compactMap { $0.first("SegmentTimeline") }.last
    }

    /// Every segment, at most 100,000; with what cannot be understood. `seconds` is the period's length.
    func segments(seconds: Double?) -> (segments: [Segment], problems: [(line: Int, message: String)]) {
        guard let timeline else { return (nominal(seconds: seconds), []) }
        var segments: [Segment] = []
        var problems: [(line: Int, message: String)] = []
        var time = presentationTimeOffset
        let end = seconds.map { Self.ticks($0, timescale) + presentationTimeOffset }
        let entries = timeline.all("S")
        for (index, entry) in entries.enumerated() {
            guard let duration = entry.integer("d"), duration > 0, duration < 1 << 40 else {
                problems.append((entry.line, "S has no duration @d above zero."))
                continue
            }
            if let start = entry.integer("t") {
                if index > 0, start != time {
                    problems.append((entry.line, "S starts at \(start), the one before it ends at \(time)."))
                }
                time = start
            }
            let next = index + 1 < entries.count ? entries[index + 1].integer("t") : end
            guard let repeats = Self.repeats(entry["r"], from: time, to: next, duration) else {
                problems.append((entry.line, "S has a repeat count @r of '\(entry["r"] ?? "")'."))
                continue
            }
            for _ in 0...min(repeats, Self.mostSegments - segments.count) where segments.count < Self.mostSegments {
                segments.append(Segment(number: segments.count + (startNumber ?? 1), time: time, duration: duration))
                time += duration
            }
        }
        return (segments, problems)
    }

    /// @r, where −1 means "up to the next one".
    private static func repeats(_ text: String?, from time: Int, to end: Int?, _ duration: Int) -> Int? {
        guard let text else { return 0 }
        if let count = PlaylistAttributes.integer(text) { return count }
        guard text == "-1", let end, end > time else { return nil }
        return (end - time + duration - 1) / duration - 1
    }

    private func nominal(seconds: Double?) -> [Segment] {
        guard let duration, duration > 0, let seconds else { return [] }
        let total = Self.ticks(seconds, timescale)
        let count = min((total + duration - 1) / duration, Self.mostSegments)
        return (0..<count).map { index in
            Segment(
                number: index + (startNumber ?? 1),
                time: index * duration + presentationTimeOffset,
                duration: duration
            )
        }
    }

    private static func ticks(_ seconds: Double, _ timescale: Int) -> Int {
        Int(min(max(0, seconds * Double(timescale)), 9e15).rounded())
    }

    /// Section 5.3.9.4.4: identifiers between dollar signs; nil for one that is unknown.
    static func expand(_ template: String, id: String, bandwidth: String, _ segment: Segment?) -> String? {
        var result = ""
        for (index, piece) in template.split(separator: "$", omittingEmptySubsequences: false).enumerated() {
            guard index % 2 == 1 else {
                result += piece
                continue
            }
            let name = piece.prefix { $0 != "%" }
            let value: String? =
                switch name {
                case "": "$"
                case "RepresentationID": id
                case "Bandwidth": bandwidth
                case "Number": segment.map { "\($0.number)" }
                case "Time": segment.map { "\($0.time)" }
                default: nil
                }
            guard let value, let padded = padded(value, piece.dropFirst(name.count)) else { return nil }
            result += padded
        }
        return result
    }

    /// `%05d` or nothing.
    private static func padded(_ value: String, _ format: Substring) -> String? {
        guard !format.isEmpty else { return value }
        guard format.hasPrefix("%0"), format.hasSuffix("d"),
            let width = PlaylistAttributes.integer(format.dropFirst(2).dropLast()), width <= 20
        else { return nil }
        return String(repeating: "0", count: max(0, width - value.utf8.count)) + value
    }
}
