/// The bounds of an archive that is taken in.
package struct ArchiveLimits: Sendable {
    /// Files and folders: those of a day in six qualities and three codecs.
    package var entries = 300_000
    /// Bytes of all that comes out.
    package var bytes: Int64 = 256 << 30
    /// How many times its compressed bytes an archive may become, `slack` left aside. Media hardly shrinks, text tenfold.
    package var ratio: Int64 = 50
    /// Bytes that may come out however few went in.
    package var slack: Int64 = 64 << 20

    package init() {}
}
