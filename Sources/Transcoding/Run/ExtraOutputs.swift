import Foundation
import Packaging
import SystemPackage
import VLogCore

/// What ffmpeg wrote beside the tracks, read when it is gone. A video is whole without any of it, so what is missing
/// or broken is left out.
struct ExtraOutputs: Sendable {
    struct Found: Sendable {
        var subtitles: [SubtitleFile] = []
        var files: [(OutputPath, [UInt8])] = []
    }

    let plan: TranscodePlan
    let folder: FilePath

    private static let largestText = 16 << 20
    private static let largestSheet = 8 << 20

    @concurrent
    func read() async -> Found {
        var found = Found()
        for track in plan.subtitles {
            let name = "subtitles-\(track.streamIndex).vtt"
            guard let text = content(of: name, atMost: Self.largestText),
                String(validating: text, as: UTF8.self) != nil
            else { continue }
            found.subtitles.append(SubtitleFile(track.description, text: text))
        }
        found.files = sprites ?? []
        return found
    }

    /// All sheets and the text that names their parts, or nil.
    private var sprites: [(OutputPath, [UInt8])]? {
        guard let sprites = plan.sprites else { return nil }
        var files: [(OutputPath, [UInt8])] = []
        for number in 0..<sprites.sheets {
            let name = SpriteSheets.sheetName(number)
            guard let path = OutputPath(rawValue: "\(sprites.folder)/\(name)"),
                let picture = content(of: name, atMost: Self.largestSheet),
                picture.starts(with: [0xFF, 0xD8]), picture.suffix(2) == [0xFF, 0xD9]
            else { return nil }
            files.append((path, picture))
        }
        guard let path = OutputPath(rawValue: "\(sprites.folder)/thumbnails.vtt") else { return nil }
        return files + [(path, Array(sprites.webVTT.utf8))]
    }

    private func content(of name: String, atMost limit: Int) -> [UInt8]? {
        let path = folder.appending(name).string
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let size = attributes?[.size] as? Int, (1...limit).contains(size) else { return nil }
        return FileManager.default.contents(atPath: path).map { [UInt8]($0) }
    }
}
