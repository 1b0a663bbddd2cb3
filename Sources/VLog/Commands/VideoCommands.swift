import ArgumentParser
import VLogCore

struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List videos, newest first.")

    @Option(help: "Words to look for in titles and descriptions.")
    var search: String?

    @Option(help: "Only videos in this state: \(VideoStatus.allCases.map(\.rawValue).joined(separator: ", ")).")
    var status: VideoStatus?

    @Flag(help: "The deleted ones instead.")
    var deleted = false

    @Option(help: "How many at most, 1 to 100.")
    var limit = 50

    @Option(help: "How many to leave out at the start.")
    var offset = 0

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let page = try await client.videos(
                VideoListing(search: search, status: status, deleted: deleted, limit: limit, offset: offset)
            )
            if options.json { return try StandardOutput.writeJSON(page) }
            guard !page.items.isEmpty else { return StandardOutput.write("no videos\n") }
            let rows = page.items.map { video in
                [
                    "\(video.id)", TextFormat.status(video), TextFormat.duration(video.duration),
                    TextFormat.bytes(video.source.bytes), video.slug.rawValue, TextFormat.plain(video.title),
                ]
            }
            StandardOutput.write(TextFormat.table(["ID", "STATUS", "LENGTH", "SOURCE", "SLUG", "TITLE"], rows))
            if page.items.count < page.total {
                StandardOutput.write("\(page.items.count) of \(page.total); --offset shows more\n")
            }
        }
    }
}

extension VideoStatus: ExpressibleByArgument {}

struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one video: its state, its rungs, what went wrong.")

    @Argument(help: "The video's id or slug.")
    var video: VideoReference

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let video = try await client.video(video)
            if options.json { return try StandardOutput.writeJSON(video) }
            StandardOutput.write(VideoText(video).text)
        }
    }
}

struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Delete a video; `vlog restore` brings it back.")

    @Argument(help: "The video's id or slug.")
    var video: VideoReference

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let video = try await client.video(video)
            try await client.delete(video.id)
            StandardError.write("deleted video \(video.id); `vlog restore \(video.id)` brings it back\n")
        }
    }
}

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Bring a deleted video back.")

    @Argument(help: "The video's id (`vlog list --deleted`).", transform: parseVideoID)
    var id: VideoID

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let video = try await client.restore(id)
            if options.json { return try StandardOutput.writeJSON(video) }
            StandardError.write("restored video \(video.id), \(video.slug)\n")
        }
    }
}

struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Transcode a video again that failed, or that waits.")

    @Argument(help: "The video's id or slug.")
    var video: VideoReference

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let video = try await client.retry(try await client.video(video).id)
            if options.json { return try StandardOutput.writeJSON(video) }
            StandardError.write("video \(video.id) is in the queue again\n")
        }
    }
}

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop transcoding a video, or take it out of the queue; `vlog retry` starts it again."
    )

    @Argument(help: "The video's id or slug.")
    var video: VideoReference

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let video = try await client.cancel(try await client.video(video).id)
            if options.json { return try StandardOutput.writeJSON(video) }
            StandardError.write("the job of video \(video.id) is cancelled\n")
        }
    }
}

struct Priority: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Move a video in the queue.")

    @Argument(help: "The video's id or slug.")
    var video: VideoReference

    @Argument(help: "low, normal or high; a step counts as much as half an hour of waiting.")
    var priority: JobPriority

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let video = try await client.setPriority(try await client.video(video).id, priority)
            if options.json { return try StandardOutput.writeJSON(video) }
            StandardError.write("video \(video.id) has \(priority.name) priority\n")
        }
    }
}

extension JobPriority: ExpressibleByArgument {
    package init?(argument: String) { self.init(name: argument) }

    package static var allValueStrings: [String] { allCases.map(\.name) }
}

private func parseVideoID(_ text: String) throws -> VideoID {
    guard let id = VideoID(text) else { throw ValidationError("'\(text)' is not a video's id") }
    return id
}
