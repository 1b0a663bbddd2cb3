import Foundation
import Synchronization
import SystemPackage
import VLogCore

@testable import Transcoding

/// Takes its time with segments, and notes every file that a playlist names before it is there.
final class SlowSink: OutputSink {
    private let store: DirectorySink
    private let folder: FilePath
    private let missingFiles = Mutex<[String]>([])

    init(store: DirectorySink, folder: FilePath) {
        self.store = store
        self.folder = folder
    }

    var missing: [String] { missingFiles.withLock { $0 } }

    func put(_ path: OutputPath, _ bytes: [UInt8]) async throws {
        if path.kind == .segment { try await Task.sleep(for: .milliseconds(60)) }
        if path.kind == .hlsPlaylist { check(path, String(decoding: bytes, as: UTF8.self)) }
        try await store.put(path, bytes)
    }

    private func check(_ path: OutputPath, _ text: String) {
        let base = folder.appending(path.rawValue).removingLastComponent()
        let names = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        let absent = names.filter { !FileManager.default.fileExists(atPath: base.appending(String($0)).string) }
        missingFiles.withLock { $0 += absent.map { "\(path): \($0)" } }
    }
}

/// Progress reports, in order.
final class Seen: Sendable {
    private let reports = Mutex<[TranscodeProgress]>([])

    var all: [TranscodeProgress] { reports.withLock { $0 } }
    func add(_ report: TranscodeProgress) { reports.withLock { $0.append(report) } }
}
