import Catalog
import Foundation
import VLogCore

/// Who asks for a file of a video.
package enum MediaAudience: Sendable {
    case everyone
    /// Somebody who may administer: sees unfinished videos and drafts too.
    case admins
}

/// The one place that decides whether a video's files may be seen.
enum MediaGuard {
    static func allows(_ access: MediaAccess, to audience: MediaAudience, at now: Date) -> Bool {
        guard access.deletedAt == nil else { return false }
        switch audience {
        case .admins: return true
        case .everyone: return access.status == .ready && (access.publishedAt.map { $0 <= now } ?? false)
        }
    }
}
