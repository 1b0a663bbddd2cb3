/// Seconds for people, and as manifests write them.
enum Seconds {
    /// `6.006 s`; values that no clock has are written as they are.
    static func text(_ seconds: Double) -> String {
        guard abs(seconds) < 1e9 else { return "\(seconds) s" }
        let thousandths = Int((abs(seconds) * 1000).rounded())
        let rest = String(thousandths % 1000)
        let padded = String(repeating: "0", count: 3 - rest.utf8.count) + rest
        return (seconds < 0 && thousandths > 0 ? "-" : "") + "\(thousandths / 1000).\(padded) s"
    }

    /// A plain decimal fraction, digits and at most one point, below a billion; nil for anything else.
    static func parse(_ text: some StringProtocol) -> Double? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = parts.first, (1...9).contains(whole.count),
            parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } }), parts.last?.isEmpty == false,
            text.utf8.count <= 40
        else { return nil }
        return Double(text)
    }
}
