/// What comes out of a tar archive, in order: each entry begins, has content in any number of pieces, and ends.
package enum TarEvent: Equatable, Sendable {
    case entryBegins(TarEntry)
    /// Never empty; all pieces of an entry together have its size.
    case content(ArraySlice<UInt8>)
    case entryEnds
}

/// The head of an entry.
package struct TarEntry: Equatable, Sendable {
    package enum Kind: Sendable { case file, folder }

    /// As it stands in the archive: relative or absolute, with whatever parts; the reader of the name judges it.
    package let name: String
    package let kind: Kind
    /// Bytes of content; 0 for a folder.
    package let size: Int64
    /// SHA-256 of the content in lower-case hexadecimal, as an archive of a VLog runner announces it.
    package let sha256: String?
}
