/// The server's `numeric`, as `sum(bigint)` and `avg` return it: sign and base-10000 digits
/// (`numeric_send` in `src/backend/utils/adt/numeric.c`).
struct PostgresNumeric {
    private var digits: [Int16] = []
    /// The power of 10000 of the first digit.
    private let weight: Int
    private let isNegative: Bool

    init(_ cell: PostgresCell) throws(PostgresMismatch) {
        guard cell.bytes.count >= 8, cell.bytes.count % 2 == 0 else { throw PostgresMismatch("it is cut short") }
        let words = (0..<cell.bytes.count / 2).map {
            Int16(bigEndian: cell.bytes.loadUnaligned(fromByteOffset: $0 * 2, as: Int16.self))
        }
        weight = Int(words[1])
        isNegative = words[2] == 0x4000
        guard words[2] == 0 || isNegative else { throw PostgresMismatch("it is not a finite number") }
        digits = Array(words.dropFirst(4))
    }

    var integer: Int64 {
        get throws(PostgresMismatch) {
            var value: Int64 = 0
            for place in 0..<max(weight + 1, digits.count) {
                let digit = place < digits.count ? Int64(digits[place]) : 0
                guard place <= weight else {
                    if digit != 0 { throw PostgresMismatch("it has a fraction") }
                    continue
                }
                let (scaled, overflow) = value.multipliedReportingOverflow(by: 10_000)
                let (sum, carry) = scaled.addingReportingOverflow(isNegative ? -digit : digit)
                guard !overflow, !carry else { throw PostgresMismatch("it does not fit") }
                value = sum
            }
            return value
        }
    }

    var double: Double {
        var value = 0.0
        var scale = 1.0
        for _ in 0..<abs(weight) { scale *= 10_000 }
        if weight < 0 { scale = 1 / scale }
        for digit in digits {
            value += Double(digit) * scale
            scale /= 10_000
        }
        return isNegative ? -value : value
    }
}
