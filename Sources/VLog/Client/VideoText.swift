import VLogCore

/// A video as `vlog show` prints it.
struct VideoText {
    private let video: AdminVideo

    init(_ video: AdminVideo) { self.video = video }

    var text: String {
        var lines = [
            "\(TextFormat.plain(video.title))",
            "  id         \(video.id)",
            "  slug       \(video.slug)",
            "  status     \(TextFormat.status(video))",
            "  length     \(TextFormat.duration(video.duration ?? video.source.duration))",
            "  category   \(video.category.map { TextFormat.plain($0.name) } ?? "-")",
            "  source     \(TextFormat.plain(video.source.filename)), \(TextFormat.bytes(video.source.bytes))\(picture)",
            "  published  \(TextFormat.time(video.publishedAt))",
            "  created    \(TextFormat.time(video.createdAt))",
        ]
        if let encoder = video.progress.encoder { lines.append("  encoder    \(TextFormat.plain(encoder))") }
        if let priority = video.progress.priority, priority != .normal { lines.append("  priority   \(priority.name)") }
        if let deleted = video.deletedAt { lines.append("  deleted    \(TextFormat.time(deleted))") }
        lines += video.renditions.map { "  rung       \(rendition($0))" }
        lines += video.progress.qualities.filter { _ in video.status == .processing }
            .map { "  rung       \($0.quality) \(Int($0.percent))%" }
        if let waiting = video.progress.waiting { lines.append("  waiting    \(TextFormat.plain(waiting))") }
        if let error = video.progress.error { lines.append("  error      \(TextFormat.plain(error))") }
        if let log = video.progress.logTail, !log.isEmpty {
            lines.append("  log")
            lines += log.split(separator: "\n").map { "    \(TextFormat.plain(String($0)))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var picture: String {
        guard let width = video.source.width, let height = video.source.height else { return "" }
        return ", \(width)×\(height) \(video.source.videoCodec ?? "")"
    }

    private func rendition(_ rung: RenditionBody) -> String {
        "\(rung.quality)  \(rung.width)×\(rung.height)  \(rung.averageBandwidth / 1000) kbit/s  \(rung.codecs)"
    }
}
