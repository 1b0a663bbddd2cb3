import Catalog
import SystemPackage
import VLogCore

/// Where the files of a job go. Nothing of a published generation is touched before the job itself is published.
struct OutputLayout: Sendable {
    let folder: FilePath
    let staging: FilePath
    let generation: Int

    init(_ storage: Storage, _ job: JobFolder, job id: JobID) {
        self.init(storage, slug: job.slug, generation: job.generation, job: id)
    }

    init(_ storage: Storage, slug: Slug, generation: Int, job: JobID) {
        folder = storage.videoFolder(slug)
        staging = storage.stagingFolder(slug, job: job)
        self.generation = generation
    }

    /// Manifests always wait for the job's end; so do pictures when an older generation still shows its own.
    func isStaged(_ path: OutputPath) -> Bool { path.isManifest || (generation > 1 && path.folder == nil) }

    /// What the next attempt goes on from. No `OutputPath` can name it.
    var checkpoint: FilePath { staging.appending("checkpoint") }

    func location(of path: OutputPath) -> FilePath { isStaged(path) ? staged(path) : final(path) }

    func staged(_ path: OutputPath) -> FilePath { staging.appending(path.rawValue) }

    func final(_ path: OutputPath) -> FilePath { folder.pushing(FilePath(path.rawValue)) }

    /// Whether the path is this generation's to write: `1080p` belongs to the first, `1080p-g2` to the second.
    func owns(_ path: OutputPath) -> Bool {
        path.folder.map { Self.generation(ofFolder: $0) == generation } ?? true
    }

    /// `1080p` is of the first, `1080p-g2` of the second.
    static func generation(ofFolder name: some StringProtocol) -> Int {
        guard let suffix = name.split(separator: "-").last, suffix.first == "g",
            let number = Int(suffix.dropFirst()), number > 1, suffix == "g\(number)"
        else { return 1 }
        return number
    }
}

extension OutputPath {
    /// The part before the name; nil for a file at the top.
    fileprivate var folder: Substring? {
        rawValue.firstIndex(of: "/").map { rawValue[..<$0] }
    }
}
