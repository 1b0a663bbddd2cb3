/// A WebVTT file as it stands (W3C WebVTT section 4).
struct WebVTTFacts: Sendable {
    struct Cue: Sendable {
        /// Seconds.
        let start: Double
        let end: Double
        let payload: String
        let line: Int
    }

    /// X-TIMESTAMP-MAP: a time of the media, 90 kHz, and the cue time that is the same.
    struct TimestampMap: Sendable, Equatable {
        let mediaTime: Int
        let local: Double
    }

    private(set) var cues: [Cue] = []
    private(set) var map: TimestampMap?
    private(set) var problems: [(line: Int, message: String)] = []

    private static let mostCues = 200_000
    private static let mostProblems = 100

    static func isWebVTT(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: "WEBVTT".utf8) }

    init(_ bytes: [UInt8]) {
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        if String(validating: body, as: UTF8.self) == nil { report(1, "The file is not UTF-8.") }
        let lines = Self.lines(body)
        let first = lines.first ?? ""
        if first != "WEBVTT", !first.hasPrefix("WEBVTT "), !first.hasPrefix("WEBVTT\t") {
            report(1, "The first line is not WEBVTT.")
        }
        var index = 1
        while index < lines.count, !lines[index].isEmpty {
            if lines[index].hasPrefix("X-TIMESTAMP-MAP=") { takeMap(lines[index].dropFirst(16), index + 1) }
            index += 1
        }
        while index < lines.count, cues.count < Self.mostCues { index = takeBlock(lines, index) }
    }

    private mutating func report(_ line: Int, _ message: String) {
        if problems.count < Self.mostProblems { problems.append((line, message)) }
    }

    private static func lines(_ bytes: ArraySlice<UInt8>) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
    }

    /// Takes everything up to the next empty line, and returns where that is.
    private mutating func takeBlock(_ lines: [String], _ start: Int) -> Int {
        guard !lines[start].isEmpty else { return start + 1 }
        let end = lines[start...].firstIndex(where: \.isEmpty) ?? lines.count
        let isComment = ["NOTE", "STYLE", "REGION"].contains { word in
            lines[start] == word || lines[start].hasPrefix(word + " ")
        }
        if isComment { return end }
        guard let timing = lines[start..<min(start + 2, end)].firstIndex(where: { $0.contains("-->") }) else {
            report(start + 1, "A block has no cue times.")
            return end
        }
        takeCue(lines[timing], payload: lines[(timing + 1)..<end], timing + 1)
        return end
    }

    private mutating func takeCue(_ timing: String, payload: ArraySlice<String>, _ line: Int) {
        let fields = timing.split(separator: " ").filter { !$0.isEmpty }
        guard fields.count >= 3, fields[1] == "-->", let start = Self.time(fields[0]), let end = Self.time(fields[2])
        else { return report(line, "The cue times are '\(timing)'.") }
        if end <= start { report(line, "The cue ends at \(Seconds.text(end)), not after its start.") }
        if let last = cues.last, start < last.start { report(line, "The cue starts before the one above it.") }
        if let index = payload.firstIndex(where: { $0.contains("-->") }) {
            report(index + 1, "There is an arrow in the text of the cue.")
        }
        cues.append(Cue(start: start, end: end, payload: payload.joined(separator: "\n"), line: line))
    }

    private mutating func takeMap(_ text: Substring, _ line: Int) {
        var (mediaTime, local): (Int?, Double?) = (nil, nil)
        for part in text.split(separator: ",") {
            if part.hasPrefix("MPEGTS:") { mediaTime = PlaylistAttributes.integer(part.dropFirst(7)) }
            if part.hasPrefix("LOCAL:") { local = Self.time(part.dropFirst(6)) }
        }
        guard let mediaTime, let local else { return report(line, "X-TIMESTAMP-MAP cannot be read.") }
        map = TimestampMap(mediaTime: mediaTime, local: local)
    }

    /// `[hh:]mm:ss.mmm`.
    private static func time(_ text: Substring) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return nil }
        let (seconds, minuteDigits) = (parts[parts.count - 1], parts[parts.count - 2])
        guard seconds.utf8.count == 6, minuteDigits.utf8.count == 2, let value = Seconds.parse(seconds), value < 60,
            let minutes = PlaylistAttributes.integer(minuteDigits), minutes < 60
        else { return nil }
        guard parts.count == 3 else { return Double(minutes) * 60 + value }
        guard parts[0].utf8.count >= 2, let hours = PlaylistAttributes.integer(parts[0]) else { return nil }
        return Double(hours) * 3600 + Double(minutes) * 60 + value
    }
}
