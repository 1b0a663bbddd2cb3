/// What a log says of a card, a driver or a build that could not do what was asked, as opposed to a fault of the source
/// or of ours. A transcode that ended so may be done by the CPU.
package struct AcceleratorFault: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        /// No card, no driver, or this process may not use them.
        case deviceMissing
        /// The card is there; its driver is broken, or of another age than ffmpeg.
        case driver
        /// This ffmpeg was built without it.
        case notInBuild
        /// The card or its driver cannot do this codec, size, or option.
        case unsupported
        /// No more memory or sessions; another moment may be better.
        case exhausted
        /// It worked and then did not.
        case lost
    }

    package let kind: Kind
    /// What that means, for people.
    package let meaning: String
    /// What to do about it.
    package let remedy: String
    /// The line of the log that says so.
    package let line: String

    package var description: String { "\(meaning) (\(line))" }

    /// Nil when no line of the log is known. Of several, the first of the table counts, for later ones follow from it.
    package init?(log: String) {
        guard let sign = AcceleratorFault.signs.first(where: { log.contains($0.text) }) else { return nil }
        let line = log.split(separator: "\n").first { $0.contains(sign.text) } ?? Substring(sign.text)
        self.init(sign.kind, sign.meaning, sign.remedy, line: AcceleratorFault.readable(line))
    }

    init(_ kind: Kind, _ meaning: String, _ remedy: String, line: String) {
        self.kind = kind
        self.meaning = meaning
        self.remedy = remedy
        self.line = line
    }

    static func crashed(signal: String) -> AcceleratorFault {
        AcceleratorFault(.lost, "ffmpeg crashed while it used the card", "update the driver", line: "signal \(signal)")
    }

    /// A line of ffmpeg's without its address: `[h264_nvenc @ 0x55…] [error] Cannot load…`.
    static func readable(_ line: Substring) -> String {
        var rest = line
        while rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
            rest = rest[rest.index(after: end)...].drop { $0 == " " }
        }
        return String(rest.prefix(300))
    }
}
