import Foundation

/// Secrets from the system's random source.
enum RandomText {
    /// Hexadecimal text of so many random bytes.
    static func token(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in String(format: "%02x", UInt8.random(in: .min ... .max, using: &generator)) }
            .joined()
    }

    /// A password a person can copy by hand: four groups of five letters and digits (about 98 bits), none of them
    /// easily taken for another.
    static func password() -> String {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        let groups = (0..<4).map { _ in
            String((0..<5).compactMap { _ in letters.randomElement(using: &generator) })
        }
        return groups.joined(separator: "-")
    }
}
