import ArgumentParser
import VLogCore

/// How a person names a video: by its number or by its slug.
enum VideoReference: ExpressibleByArgument {
    case id(VideoID)
    case slug(Slug)

    init?(argument: String) {
        if let id = VideoID(argument) {
            self = .id(id)
        } else if let slug = Slug(rawValue: argument) {
            self = .slug(slug)
        } else {
            return nil
        }
    }
}
