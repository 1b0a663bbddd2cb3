import Foundation

/// A moment as the Gregorian calendar and the clock show it in UTC, without a look at time zones or locales.
struct UTCTime: Equatable {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int

    init(_ date: Date) {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down))
        let clock = seconds.remainder(by: 86_400)
        (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60)
        // Years are counted from March, so that a leap day is the last of its year; 400 of them have 146,097 days.
        let days = (seconds - clock) / 86_400 + 719_468
        let day = days.remainder(by: 146_097)
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * month + 2) / 5 + 1
        self.month = month < 10 ? month + 3 : month - 9
        self.year = year + (days - day) / 146_097 * 400 + (month < 10 ? 0 : 1)
    }
}

extension Int {
    /// Never negative.
    fileprivate func remainder(by divisor: Int) -> Int {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
