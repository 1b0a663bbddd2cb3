import ArgumentParser
import Foundation
import SystemPackage
import VLogCore

struct Upload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Upload a video.",
        discussion: "With --wait the command ends when the video is ready (exit status 0) or has failed (1)."
    )

    @Argument(help: "The video file.", completion: .file())
    var file: String

    @Option(help: "Title; the file's name when left out.")
    var title: String?

    @Option(help: "Description.")
    var description: String?

    @Option(help: "Name or slug of a category.")
    var category: String?

    @Flag(help: "Keep it a draft: nobody but administrators sees it until it is published.")
    var draft = false

    @Flag(help: "Wait until it is ready, showing how far it is.")
    var wait = false

    @OptionGroup var options: ClientOptions

    func run() async throws {
        try await options.withClient { client in
            let form = try UploadForm(file: FilePath(file), fields: try await fields(client))
            let display = ProgressDisplay()
            let rate = TransferRate(total: form.size)
            var video = try await client.upload(form) { sent in
                display.show("Uploading", Double(sent) / Double(form.size), remark: rate.remark(sent))
            }
            display.finish()
            if !options.json { StandardOutput.write("uploaded: video \(video.id), \(video.slug)\n") }
            if wait { video = try await VideoWatch(client: client, display: display).untilSettled(video) }
            if options.json { try StandardOutput.writeJSON(video) }
            guard wait else { return }
            guard video.status == .ready else {
                throw ClientError(code: .refused, message: video.progress.error ?? "the video was not finished")
            }
            if !options.json { StandardOutput.write("ready: \(TextFormat.duration(video.duration))\n") }
        }
    }

    private func fields(_ client: AdminClient) async throws -> [(name: String, value: String)] {
        let stem = FilePath(file).stem ?? file
        var fields = [("title", title ?? stem), ("published", draft ? "false" : "true")]
        if let description { fields.append(("description", description)) }
        if let category {
            let known = try await client.categories().items
            guard let match = known.first(where: { $0.slug.rawValue == category || $0.name == category }) else {
                let names = known.map(\.name).joined(separator: ", ")
                throw ClientError(
                    code: .refused,
                    message: "there is no category \(category); there are: \(names.isEmpty ? "none" : names)"
                )
            }
            fields.append(("category_id", "\(match.id)"))
        }
        return fields
    }
}
