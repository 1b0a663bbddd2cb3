import VLogCore

/// An upload that has been received and checked, about to become a video with its first job.
package struct NewVideo: Sendable {
    package var title: String
    package var description: String
    package var categoryID: CategoryID?
    /// True shows it to visitors as soon as it is ready; false makes a draft.
    package var published: Bool
    package var source: SourceBody
    /// HDR10 or HLG.
    package var sourceIsHDR: Bool
    /// Without a dot; the file is `uploads/{id}.{extension}`.
    package var sourceExtension: String
    /// What a runner sends as `If-Match` when it fetches the source.
    package var sourceETag: String
    package var priority: JobPriority
    package var profile: TranscodeProfile
    /// Of the request that brought it.
    package var traceID: String?

    package init(
        title: String,
        description: String = "",
        categoryID: CategoryID? = nil,
        published: Bool = true,
        source: SourceBody,
        sourceIsHDR: Bool = false,
        sourceExtension: String,
        sourceETag: String,
        priority: JobPriority = .normal,
        profile: TranscodeProfile = TranscodeProfile(),
        traceID: String? = nil
    ) {
        self.title = title
        self.description = description
        self.categoryID = categoryID
        self.published = published
        self.source = source
        self.sourceIsHDR = sourceIsHDR
        self.sourceExtension = sourceExtension
        self.sourceETag = sourceETag
        self.priority = priority
        self.profile = profile
        self.traceID = traceID
    }
}
