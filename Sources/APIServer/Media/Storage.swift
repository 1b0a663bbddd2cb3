import NIOPosix
import SystemPackage
import VLogCore

/// The storage tree. Every path below it is made of ids, `Slug`s and `OutputPath`s, so none can lead out of it.
///
///     uploads/{id}.{extension}        sources
///     uploads/.incoming/              uploads under way
///     videos/{slug}/                  what is served: playlists, segments, thumbnail
///     videos/{slug}/.job-{id}/        the manifests of a running job, until it is published
///     archive/                        what no row knows of, before it is removed
///     backups/
package struct Storage: Sendable {
    package let root: FilePath
    /// Where its blocking calls run.
    let threads: NIOThreadPool

    package init(root: FilePath, threads: NIOThreadPool = .singleton) {
        self.root = root
        self.threads = threads
    }

    package var uploads: FilePath { root.appending("uploads") }
    package var incoming: FilePath { uploads.appending(".incoming") }
    package var videos: FilePath { root.appending("videos") }
    package var archive: FilePath { root.appending("archive") }
    package var backups: FilePath { root.appending("backups") }

    /// Where the source of a video lies. The extension is one that sniffing chose, never a client's text.
    package func sourceFile(_ id: VideoID, extension suffix: String) -> FilePath {
        uploads.appending("\(id).\(suffix)")
    }

    package func videoFolder(_ slug: Slug) -> FilePath { videos.appending(slug.rawValue) }

    /// Where the manifests of a job wait until it is published. No `OutputPath` can name it.
    package func stagingFolder(_ slug: Slug, job: JobID) -> FilePath { videoFolder(slug).appending(".job-\(job)") }

    package func file(_ slug: Slug, _ path: OutputPath) -> FilePath {
        videoFolder(slug).pushing(FilePath(path.rawValue))
    }

    /// Makes the folders of the tree that are missing.
    package func prepare() async throws {
        try await run { storage in
            for folder in [storage.incoming, storage.videos, storage.archive, storage.backups] {
                try Disk.makeFolders(folder)
            }
        }
    }

    /// Bytes that may still be written by us (not by root alone).
    package func freeBytes() async throws -> Int64 { try await run { try Disk.freeBytes(at: $0.root) } }

    /// Runs blocking work on the threads for it. A cancelled task throws at once, without having begun.
    package func run<Value: Sendable>(_ work: @escaping @Sendable (Storage) throws -> Value) async throws -> Value {
        try await threads.runIfActive { try work(self) }
    }

    /// Like `run`, for cleaning up, which a cancelled task must do too.
    func clean(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            threads.submit { _ in
                work()
                continuation.resume()
            }
        }
    }
}
