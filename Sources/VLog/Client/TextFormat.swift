import Foundation
import VLogCore

/// How values are written for people.
enum TextFormat {
    static func bytes(_ count: Int64) -> String {
        var value = Double(count)
        var unit = "B"
        for next in ["KiB", "MiB", "GiB", "TiB"] where value >= 1024 {
            value /= 1024
            unit = next
        }
        return unit == "B" ? "\(count) B" : String(format: "%.1f %@", value, unit)
    }

    /// `1:02:03` or `2:03`.
    static func duration(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0 else { return "-" }
        let whole = Int(seconds.rounded())
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
    }

    static func time(_ date: Date?) -> String {
        date?.formatted(.iso8601) ?? "-"
    }

    /// Text of another's making for a terminal: control characters, which could move the cursor, become `?`.
    static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }
            )
        )
    }

    /// Rows under a header, each column as wide as its widest cell.
    static func table(_ header: [String], _ rows: [[String]]) -> String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            row.enumerated().map { index, cell in
                index == row.count - 1 ? cell : cell.padding(toLength: widths[index], withPad: " ", startingAt: 0)
            }.joined(separator: "  ")
        }.joined(separator: "\n") + "\n"
    }

    /// The status of a video in a few words.
    static func status(_ video: AdminVideo) -> String {
        if video.deletedAt != nil { return "deleted" }
        switch video.status {
        case .pending: return "waiting"
        case .processing: return "\(Int(video.progress.percent))%"
        case .ready: return video.publishedAt == nil ? "draft" : "ready"
        case .failed: return "failed"
        }
    }
}
