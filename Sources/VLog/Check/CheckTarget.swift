import Foundation
import Packaging

/// What `vlog check` was given: a folder, one file of a folder, or an address.
enum CheckTarget {
    case folder(String)
    case file(String, in: String)
    case web(origin: String, entries: [String])

    /// An address that ends with a slash stands for the two manifests that VLog puts there.
    init(_ text: String) {
        if let origin = Self.origin(text) {
            self = .web(origin: origin, entries: text.hasSuffix("/") ? Self.manifests.map { text + $0 } : [text])
            return
        }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: text, isDirectory: &isFolder), !isFolder.boolValue {
            let file = URL(filePath: text)
            self = .file(file.lastPathComponent, in: file.deletingLastPathComponent().path)
        } else {
            self = .folder(text)
        }
    }

    private static let manifests = ["master.m3u8", "manifest.mpd"]

    /// `https://host:port` of an address with a path; nil for anything else, passwords in it included.
    private static func origin(_ text: String) -> String? {
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), !text.contains("@") else { return nil }
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, !parts[2].isEmpty else { return nil }
        return "\(parts[0])//\(parts[2])"
    }
}
