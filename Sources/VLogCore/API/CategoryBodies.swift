/// A category as both the Public and the Admin API show it.
package struct CategoryBody: Codable, Sendable, Equatable {
    package var id: CategoryID
    package var name: String
    package var slug: Slug
    package var description: String
    /// On the Public API the videos that a visitor can see; on the Admin API all that are not deleted.
    package var videoCount: Int

    package init(id: CategoryID, name: String, slug: Slug, description: String, videoCount: Int) {
        self.id = id
        self.name = name
        self.slug = slug
        self.description = description
        self.videoCount = videoCount
    }

    enum CodingKeys: String, CodingKey {
        case id, name, slug, description
        case videoCount = "video_count"
    }
}

/// The body of `POST /api/categories`; of `PATCH` too, where absent fields stay as they are.
package struct CategoryEdit: Codable, Sendable {
    package var name: String?
    package var description: String?

    package init(name: String? = nil, description: String? = nil) {
        self.name = name
        self.description = description
    }
}

/// The category of a video, as part of the video.
package struct CategoryReference: Codable, Sendable, Equatable {
    package var id: CategoryID
    package var name: String
    package var slug: Slug

    package init(id: CategoryID, name: String, slug: Slug) {
        self.id = id
        self.name = name
        self.slug = slug
    }
}
