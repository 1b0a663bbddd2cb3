import SystemPackage

/// Which folder is watched, and at what pace.
package struct WatchFolderConfiguration: Sendable {
    package var path: FilePath
    /// A file that was closed after writing is taken when it has been left alone for so long.
    package var quiet: Duration = .seconds(2)
    /// The same where nobody can tell whether it is still open for writing: on network disks, or after a start, when it
    /// belongs to another user. Longer than such disks take to show a change (`acregmax`, a minute).
    package var settled: Duration = .seconds(120)
    /// The folder is listed so often, whatever the kernel tells of it.
    package var interval: Duration = .seconds(30)
    /// The first pause after a failure; it doubles with each one that follows.
    package var firstPause: Duration = .seconds(5)
    package var longestPause: Duration = .seconds(300)

    package init(path: FilePath) { self.path = path }

    /// How long to wait after so many failures on end.
    func pause(after failures: Int) -> Duration { min(longestPause, firstPause * (1 << min(failures - 1, 20))) }
}
