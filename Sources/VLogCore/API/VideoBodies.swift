import Foundation

/// A playable rung of a ready video, measured from its files.
package struct RenditionBody: Codable, Sendable, Equatable {
    package var quality: Quality
    /// Pixels, as displayed.
    package var width: Int
    package var height: Int
    package var frameRate: Double
    /// Bits per second: the peak over the segments, sound included (RFC 8216bis section 4.4.6.2).
    package var bandwidth: Int
    package var averageBandwidth: Int
    /// RFC 6381, for example `avc1.640028,mp4a.40.2`.
    package var codecs: String

    package init(
        quality: Quality,
        width: Int,
        height: Int,
        frameRate: Double,
        bandwidth: Int,
        averageBandwidth: Int,
        codecs: String
    ) {
        self.quality = quality
        self.width = width
        self.height = height
        self.frameRate = frameRate
        self.bandwidth = bandwidth
        self.averageBandwidth = averageBandwidth
        self.codecs = codecs
    }

    enum CodingKeys: String, CodingKey {
        case quality, width, height, bandwidth, codecs
        case frameRate = "frame_rate"
        case averageBandwidth = "average_bandwidth"
    }
}

/// A video in the lists of the Public API. Only videos that are ready, published and not deleted appear there.
package struct PublicVideo: Codable, Sendable, Equatable {
    package var id: VideoID
    package var slug: Slug
    package var title: String
    package var description: String
    package var category: CategoryReference?
    /// Seconds.
    package var duration: Double
    package var width: Int
    package var height: Int
    package var thumbnailURL: String
    package var streamURL: String
    package var publishedAt: Date

    package init(
        id: VideoID,
        slug: Slug,
        title: String,
        description: String,
        category: CategoryReference?,
        duration: Double,
        width: Int,
        height: Int,
        thumbnailURL: String,
        streamURL: String,
        publishedAt: Date
    ) {
        self.id = id
        self.slug = slug
        self.title = title
        self.description = description
        self.category = category
        self.duration = duration
        self.width = width
        self.height = height
        self.thumbnailURL = thumbnailURL
        self.streamURL = streamURL
        self.publishedAt = publishedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, slug, title, description, category, duration, width, height
        case thumbnailURL = "thumbnail_url"
        case streamURL = "stream_url"
        case publishedAt = "published_at"
    }
}

/// `GET /api/videos/{slug}` of the Public API.
package struct PublicVideoDetail: Codable, Sendable, Equatable {
    package var video: PublicVideo
    /// Nil for transport streams.
    package var dashURL: String?
    /// A WebVTT file whose cues name parts of pictures, for the seek bar (Media Fragments URI 1.0 section 4.2.2); nil
    /// without previews.
    package var spritesURL: String?
    /// Best first.
    package var renditions: [RenditionBody]

    package init(video: PublicVideo, dashURL: String?, spritesURL: String?, renditions: [RenditionBody]) {
        self.video = video
        self.dashURL = dashURL
        self.spritesURL = spritesURL
        self.renditions = renditions
    }

    enum CodingKeys: String, CodingKey {
        case renditions
        case dashURL = "dash_url"
        case spritesURL = "sprites_url"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        video = try PublicVideo(from: decoder)
        dashURL = try container.decodeIfPresent(String.self, forKey: .dashURL)
        spritesURL = try container.decodeIfPresent(String.self, forKey: .spritesURL)
        renditions = try container.decode([RenditionBody].self, forKey: .renditions)
    }

    package func encode(to encoder: any Encoder) throws {
        try video.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(dashURL, forKey: .dashURL)
        try container.encodeIfPresent(spritesURL, forKey: .spritesURL)
        try container.encode(renditions, forKey: .renditions)
    }
}

/// What was uploaded.
package struct SourceBody: Codable, Sendable, Equatable {
    /// The name that the uploader's file had; shown, never used as a path.
    package var filename: String
    package var bytes: Int64
    /// Pixels as displayed, after rotation; nil without a picture or before the probe.
    package var width: Int?
    package var height: Int?
    /// Seconds.
    package var duration: Double?
    /// ffmpeg's names, for example `h264` and `aac`.
    package var videoCodec: String?
    package var audioCodec: String?

    package init(
        filename: String,
        bytes: Int64,
        width: Int?,
        height: Int?,
        duration: Double?,
        videoCodec: String?,
        audioCodec: String?
    ) {
        self.filename = filename
        self.bytes = bytes
        self.width = width
        self.height = height
        self.duration = duration
        self.videoCodec = videoCodec
        self.audioCodec = audioCodec
    }

    enum CodingKeys: String, CodingKey {
        case filename, bytes, width, height, duration
        case videoCodec = "video_codec"
        case audioCodec = "audio_codec"
    }
}

/// A video as the Admin API shows it, in lists and alone.
package struct AdminVideo: Codable, Sendable, Equatable {
    package var id: VideoID
    package var slug: Slug
    package var title: String
    package var description: String
    package var category: CategoryReference?
    package var status: VideoStatus
    package var source: SourceBody
    /// Seconds; nil until known.
    package var duration: Double?
    package var thumbnailURL: String?
    /// Playable on the Admin API as soon as the first segments exist, on the Public API when `status` is `ready`.
    package var streamURL: String?
    package var progress: ProgressBody
    /// Best first; empty until ready.
    package var renditions: [RenditionBody]
    /// A draft when nil or in the future.
    package var publishedAt: Date?
    package var createdAt: Date
    package var updatedAt: Date
    package var deletedAt: Date?

    package init(
        id: VideoID,
        slug: Slug,
        title: String,
        description: String,
        category: CategoryReference?,
        status: VideoStatus,
        source: SourceBody,
        duration: Double?,
        thumbnailURL: String?,
        streamURL: String?,
        progress: ProgressBody,
        renditions: [RenditionBody],
        publishedAt: Date?,
        createdAt: Date,
        updatedAt: Date,
        deletedAt: Date?
    ) {
        self.id = id
        self.slug = slug
        self.title = title
        self.description = description
        self.category = category
        self.status = status
        self.source = source
        self.duration = duration
        self.thumbnailURL = thumbnailURL
        self.streamURL = streamURL
        self.progress = progress
        self.renditions = renditions
        self.publishedAt = publishedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.deletedAt = deletedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, slug, title, description, category, status, source, duration, progress, renditions
        case thumbnailURL = "thumbnail_url"
        case streamURL = "stream_url"
        case publishedAt = "published_at"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case deletedAt = "deleted_at"
    }
}

/// The body of `POST /api/videos/{id}/retranscode`; what is absent is as the server has it for uploads.
package struct RetranscodeRequest: Codable, Sendable {
    package var codecs: [VideoCodec]?
    /// `low` when absent: uploads go first.
    package var priority: JobPriority?

    package init(codecs: [VideoCodec]? = nil, priority: JobPriority? = nil) {
        self.codecs = codecs
        self.priority = priority
    }
}

/// The body of `PUT /api/videos/{id}/priority`.
package struct PriorityRequest: Codable, Sendable {
    package var priority: JobPriority

    package init(priority: JobPriority) { self.priority = priority }
}

/// The body of `PATCH /api/videos/{id}`. Absent fields stay as they are; `"category_id": null` clears the category.
package struct VideoEdit: Codable, Sendable, Equatable {
    /// What to do with a field that may also be cleared.
    package enum Change<Value: Codable & Sendable & Equatable>: Sendable, Equatable {
        case keep, clear
        case set(Value)
    }

    package var title: String?
    package var description: String?
    package var categoryID: Change<CategoryID>
    /// True publishes now (a video already published keeps its time), false makes a draft of it.
    package var published: Bool?

    package init(
        title: String? = nil,
        description: String? = nil,
        categoryID: Change<CategoryID> = .keep,
        published: Bool? = nil
    ) {
        self.title = title
        self.description = description
        self.categoryID = categoryID
        self.published = published
    }

    enum CodingKeys: String, CodingKey {
        case title, description, published
        case categoryID = "category_id"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        title = try container.decodeIfPresent(String.self, forKey: .title)
        description = try container.decodeIfPresent(String.self, forKey: .description)
        published = try container.decodeIfPresent(Bool.self, forKey: .published)
        if !container.contains(.categoryID) {
            categoryID = .keep
        } else if try container.decodeNil(forKey: .categoryID) {
            categoryID = .clear
        } else {
            categoryID = .set(try container.decode(CategoryID.self, forKey: .categoryID))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(title, forKey: .title)
        try container.encodeIfPresent(description, forKey: .description)
        try container.encodeIfPresent(published, forKey: .published)
        switch categoryID {
        case .keep: break
        case .clear: try container.encodeNil(forKey: .categoryID)
        case .set(let id): try container.encode(id, forKey: .categoryID)
        }
    }
}
