/// Decimal fractions as manifests have them, written from integers so that nothing is lost on the way.
enum HLSDecimal {
    /// `6006000` becomes `6.006000`.
    static func seconds(microseconds: Int) -> String { fixed(microseconds, digits: 6) }

    /// FRAME-RATE: three decimals, `29.970`.
    static func frameRate(_ rate: FrameRate) -> String {
        let thousandths = (rate.numerator * 2000 + rate.denominator) / (2 * rate.denominator)
        return fixed(thousandths, digits: 3)
    }

    private static func fixed(_ value: Int, digits: Int) -> String {
        let text = String(value)
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.utf8.count)) + text
        return "\(padded.dropLast(digits)).\(padded.suffix(digits))"
    }
}
