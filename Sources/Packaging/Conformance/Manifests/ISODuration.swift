/// `PT1M6.006S` (XML Schema part 2, section 3.2.6).
struct ISODuration: Sendable, Equatable {
    let seconds: Double
    /// Whether it counts years or months, whose length nobody knows.
    let isVague: Bool

    init?(_ text: String) {
        guard text.hasPrefix("P"), text.utf8.count <= 64 else { return nil }
        var (seconds, isVague, isTime, count) = (0.0, false, false, 0)
        var number = ""
        for character in text.dropFirst() {
            switch character {
            case "0"..."9", ".": number.append(character)
            case "T" where !isTime && number.isEmpty: isTime = true
            default:
                guard let value = Seconds.parse(number),
                    let unit = Self.units[isTime ? "T\(character)" : "\(character)"]
                else { return nil }
                seconds += value * unit
                isVague = isVague || (!isTime && character != "D" && value > 0)
                (number, count) = ("", count + 1)
            }
        }
        guard number.isEmpty, count > 0 else { return nil }
        (self.seconds, self.isVague) = (seconds, isVague)
    }

    private static let units: [String: Double] = [
        "Y": 31_536_000, "M": 2_592_000, "D": 86_400, "TH": 3600, "TM": 60, "TS": 1,
    ]
}
