import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import SystemPackage
import VLogCore

/// The files of videos: `GET` and `HEAD` of `/videos/{slug}/{path…}`, on the public site and, as a preview of what is
/// not published yet, on the admin one.
package struct MediaRoutes<Context: APIContext>: Sendable {
    let audience: MediaAudience
    let access: MediaAccessCache
    let storage: Storage

    package init(audience: MediaAudience, access: MediaAccessCache, storage: Storage) {
        self.audience = audience
        self.access = access
        self.storage = storage
    }

    package func add(to router: some RouterMethods<Context>) {
        router.get("videos/:slug/**", use: show)
        router.head("videos/:slug/**", use: show)
    }

    @Sendable func show(_ request: Request, context: Context) async throws -> Response {
        guard let path = MediaPath(request.uri.path), let video = try await access.find(path.slug),
            MediaGuard.allows(video, to: audience, at: .now)
        else { throw notFound }
        do {
            let job = audience == .admins ? video.activeJob : nil
            let file = try await storage.run { try $0.open(path, stagedBy: job) }
            return FileAnswer(file, offer(of: path.file)).response(to: request, over: context.facts.channel)
        } catch let error as StorageError where error.code == .notFound {
            throw notFound
        }
    }

    private func offer(of path: OutputPath) -> FileOffer {
        let caching =
            switch audience {
            case .admins: "private, no-store"
            case .everyone: path.isReplaceable ? "no-cache" : "public, max-age=31536000, immutable"
            }
        return FileOffer(contentType: path.kind.contentType, cacheControl: caching)
    }

    private var notFound: APIError { APIError(.notFound, "There is no such file.") }
}

extension Storage {
    /// While a job runs, its manifests are read where they are staged, as far as it has made them.
    fileprivate func open(_ path: MediaPath, stagedBy job: JobID?) throws(StorageError) -> OpenFile {
        if let job, path.file.isManifest {
            let staged = stagingFolder(path.slug, job: job).appending(path.file.rawValue)
            if Disk.exists(staged) { return try OpenFile(staged) }
        }
        return try OpenFile(file(path.slug, path.file))
    }
}
