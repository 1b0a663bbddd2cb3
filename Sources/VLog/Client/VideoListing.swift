import Foundation
import VLogCore

/// Which page of which videos.
struct VideoListing {
    var search: String?
    var status: VideoStatus?
    var deleted = false
    var limit = 50
    var offset = 0

    /// The query string, `?` included.
    var query: String {
        var items = [URLQueryItem(name: "limit", value: "\(limit)"), URLQueryItem(name: "offset", value: "\(offset)")]
        if let search { items.append(URLQueryItem(name: "search", value: search)) }
        if let status { items.append(URLQueryItem(name: "status", value: status.rawValue)) }
        if deleted { items.append(URLQueryItem(name: "deleted", value: "true")) }
        var components = URLComponents()
        components.queryItems = items
        // A plus sign is a space to a form decoder, and URLComponents leaves it alone.
        return "?" + (components.percentEncodedQuery ?? "").replacingOccurrences(of: "+", with: "%2B")
    }
}
