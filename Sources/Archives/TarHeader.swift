/// One header block, checked and read; what the entry is called and how long it is may be told by pax records before it.
struct TarHeader {
    let name: String
    let size: Int64
    let type: UInt8

    /// `block` has 512 bytes. Takes the format of POSIX and the older one of GNU tar, which differ in the prefix of names.
    init(_ block: [UInt8]) throws(ArchiveError) {
        guard try TarHeader.octal(block[TarFormat.checksum], "checksum") == TarFormat.checksum(of: block) else {
            throw ArchiveError(.damaged, "A header of the archive does not have the checksum that it names.")
        }
        let magic = block[TarFormat.magic.lowerBound..<TarFormat.version.upperBound]
        let isPOSIX = magic.elementsEqual("ustar\u{0}00".utf8)
        guard isPOSIX || magic.elementsEqual("ustar  \u{0}".utf8) else {
            throw ArchiveError(.damaged, "The archive is not a tar archive of the POSIX (ustar, pax) or GNU format.")
        }
        let prefix = isPOSIX ? TarHeader.text(block[TarFormat.prefix]) : []
        let bytes = (prefix.isEmpty ? [] : prefix + [0x2F]) + TarHeader.text(block[TarFormat.name])
        guard let name = String(validating: bytes, as: UTF8.self) else {
            let shown = String(decoding: bytes, as: UTF8.self)
            throw ArchiveError(.forbidden, entry: shown, "has a name that is not UTF-8.")
        }
        self.name = name
        type = block[TarFormat.type]
        size = try TarHeader.octal(block[TarFormat.size], "size of \"\(ArchiveError.printable(name))\"")
    }

    /// Up to the first zero byte.
    private static func text(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> { field.prefix { $0 != 0 } }

    /// Octal digits, with spaces before them and spaces or zero bytes behind. GNU's binary numbers, for what is longer
    /// than 8 GiB, are refused.
    private static func octal(_ field: ArraySlice<UInt8>, _ what: String) throws(ArchiveError) -> Int64 {
        let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
        let rest = field[digits.endIndex...]
        guard !digits.isEmpty, rest.allSatisfy({ $0 == 0x20 || $0 == 0 }) else {
            throw ArchiveError(.damaged, "The \(what) in a header of the archive is not an octal number.")
        }
        return digits.reduce(0) { $0 << 3 | Int64($1 - 0x30) }
    }
}
