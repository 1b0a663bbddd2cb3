import ArgumentParser
import VLogCore

struct Retranscode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make videos anew from their sources, for example in a new codec.",
        discussion: "Each plays as it is until its new version is complete."
    )

    @Argument(help: "The videos' ids or slugs.")
    var videos: [VideoReference] = []

    @Flag(help: "Every video that is ready.")
    var all = false

    @Option(help: "Video codecs, separated by commas: h264, hevc, av1; those of the server for uploads when left out.")
    var codecs: String?

    @Option(help: "low, normal or high; low lets uploads go first.")
    var priority: JobPriority?

    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard all != videos.isEmpty else { return }
        throw ValidationError(all ? "Name videos, or say --all; not both." : "Which videos? Name them, or say --all.")
    }

    func run() async throws {
        let wanted = RetranscodeRequest(
            codecs: try codecs.map { try ProfileOptions.codecs($0, of: "--codecs") },
            priority: priority
        )
        try await options.withClient { client in
            var queued: [AdminVideo] = []
            for reference in all ? try await ready(client) : videos {
                let video = try await client.video(reference)
                queued.append(try await client.retranscode(video.id, wanted))
                if !options.json { StandardError.write("video \(video.id) is in the queue\n") }
            }
            if options.json { try StandardOutput.writeJSON(queued) }
        }
    }

    private func ready(_ client: AdminClient) async throws -> [VideoReference] {
        var found: [VideoReference] = []
        while true {
            let page = try await client.videos(VideoListing(status: .ready, limit: 100, offset: found.count))
            found += page.items.map { .id($0.id) }
            if page.items.isEmpty || found.count >= page.total { return found }
        }
    }
}
