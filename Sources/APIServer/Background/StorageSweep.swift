import Catalog
import Logging
import SystemPackage
import VLogCore

/// Tidies the storage after crashes. What no row knows of is set aside for a month before it is removed, as the
/// database may be the one that is wrong: a backup that was restored, say.
struct StorageSweep: Sendable {
    private static let batch = 500

    let videos: VideoQueries
    let storage: Storage
    let logger: Logger
    /// A file younger than this may belong to a row that is just being written.
    var settled = Duration.seconds(86_400)
    /// How long what was set aside stays.
    var kept = Duration.seconds(30 * 86_400)

    func run() async throws {
        try await storage.prepare()
        try await setAsideSources()
        try await setAsideFolders()
        try await removeStaging()
        try await removeOldGenerations()
        try await removeOldOrphans()
    }

    private var orphans: FilePath { storage.archive.appending(".orphans") }

    private func setAsideSources() async throws {
        let files = try await settledNames(in: storage.uploads).compactMap { name -> (id: VideoID, name: String)? in
            name.split(separator: ".").first.flatMap { VideoID(String($0)) }.map { ($0, name) }
        }
        for batch in files.batches(of: Self.batch) {
            let unknown = Set(try await videos.orphans(among: batch.map(\.id)))
            for file in batch where unknown.contains(file.id) {
                try await setAside(storage.uploads.appending(file.name), as: "source-\(file.name)")
            }
        }
    }

    private func setAsideFolders() async throws {
        let slugs = try await settledNames(in: storage.videos).compactMap(Slug.init)
        for batch in slugs.batches(of: Self.batch) {
            for slug in try await videos.orphans(among: Array(batch)) {
                try await setAside(storage.videoFolder(slug), as: "video-\(slug)")
            }
        }
    }

    /// Removes the staged manifests of jobs that were published when the server was killed.
    private func removeStaging() async throws {
        let videoFolders = storage.videos
        let slugs = try await storage.run { _ in try Disk.names(in: videoFolders) }.compactMap(Slug.init)
        for slug in slugs {
            let folder = storage.videoFolder(slug)
            for name in try await storage.run({ _ in try Disk.names(in: folder) }) where name.hasPrefix(".job-") {
                guard let job = JobID(String(name.dropFirst(5))), try await isOver(job, of: slug) else { continue }
                try await storage.run { _ in try Disk.removeTree(folder.appending(name)) }
            }
        }
    }

    private func isOver(_ job: JobID, of slug: Slug) async throws -> Bool {
        guard let id = try await videos.mediaAccess(slug)?.id,
            let progress = try await videos.progress([id]).first, let newest = progress.jobID
        else { return false }
        return newest > job || (newest == job && progress.jobState == .completed)
    }

    /// Removes what a newer generation has replaced, once nobody can be in the middle of watching it.
    private func removeOldGenerations() async throws {
        let videoFolders = storage.videos
        for slug in try await storage.run({ _ in try Disk.names(in: videoFolders) }).compactMap(Slug.init) {
            guard let published = try await videos.settledGeneration(slug, for: settled) else { continue }
            let folder = storage.videoFolder(slug)
            let removed = try await storage.run { _ in
                let old = try Disk.names(in: folder).filter { name in
                    guard !name.hasPrefix("."), Disk.isFolder(folder.appending(name)) else { return false }
                    return OutputLayout.generation(ofFolder: name) < published
                }
                for name in old { try Disk.removeTree(folder.appending(name)) }
                return old.count
            }
            guard removed > 0 else { continue }
            logger.info("old generation removed", metadata: ["video.slug": "\(slug)", "folders": "\(removed)"])
        }
    }

    private func removeOldOrphans() async throws {
        let (orphans, kept) = (orphans, kept)
        let count = try await storage.run { _ in
            let old = try Disk.names(in: orphans).map { orphans.appending($0) }.filter { Disk.age(of: $0) >= kept }
            for path in old { try Disk.removeTreeOrFile(path) }
            return old.count
        }
        if count > 0 { logger.info("old orphans removed", metadata: ["count": "\(count)"]) }
    }

    private func settledNames(in folder: FilePath) async throws -> [String] {
        let settled = settled
        return try await storage.run { _ in
            try Disk.names(in: folder).filter { name in
                !name.hasPrefix(".") && Disk.age(of: folder.appending(name)) >= settled
            }
        }
    }

    private func setAside(_ path: FilePath, as name: String) async throws {
        let target = orphans.appending(name)
        try await storage.run { _ in
            try Disk.makeFolders(target.removingLastComponent())
            if Disk.exists(target) { try Disk.removeTreeOrFile(target) }
            try Disk.rename(path, to: target)
        }
        logger.warning("file without a video set aside", metadata: ["name": "\(name)"])
    }
}

extension Array {
    fileprivate func batches(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
