/// The layout of a ustar header: POSIX.1-2017, "pax", "ustar Interchange Format", and "pax Interchange Format" for what is
/// put before it (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html).
enum TarFormat {
    /// Bytes of a header, to multiples of which content is filled up.
    static let block = 512
    static let name = 0..<100
    static let mode = 100..<108
    static let userID = 108..<116
    static let groupID = 116..<124
    static let size = 124..<136
    static let modified = 136..<148
    static let checksum = 148..<156
    static let type = 156
    static let magic = 257..<263
    static let version = 263..<265
    static let prefix = 345..<500

    /// The key under which a runner announces what an entry holds; the form is the one of vendors' own keywords.
    static let digestKey = "VLOG.sha256"

    /// The sum of a header's bytes, with spaces in the place of the sum itself.
    static func checksum(of header: some Collection<UInt8>) -> Int {
        var sum = 0
        for (index, byte) in header.enumerated() { sum += checksum.contains(index) ? 0x20 : Int(byte) }
        return sum
    }

    /// Bytes from the end of content of this size to the next header.
    static func padding(after size: Int64) -> Int { Int((Int64(block) - size % Int64(block)) % Int64(block)) }
}
