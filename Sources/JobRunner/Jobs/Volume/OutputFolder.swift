import CLinux
import Foundation
import Glibc
import Synchronization
import SystemPackage
import Transcoding
import VLogCore

/// The folder that a `VolumeJob` writes to. It belongs to one job, whose later attempts find in it what earlier ones made;
/// the two manifests come last, so that whoever sees them sees a whole video.
final class OutputFolder: Sendable {
    /// Names whose job the folder is; its content is the id.
    private static let ownerName = ".vlog-job"
    private static let checkpointName = ".vlog-checkpoint.json"

    private struct State {
        var digests: [String: String] = [:]
        var manifests: [OutputPath: [UInt8]] = [:]
    }

    private let path: FilePath
    private let sink: DirectorySink
    private let state = Mutex(State())

    init(_ path: FilePath) {
        self.path = path
        sink = DirectorySink(folder: path)
    }

    /// Makes the folder, or takes it over from an earlier attempt at the same job. Refuses one that holds anything else.
    func claim(for id: String) async throws {
        let path = path
        try await blocking {
            let marker = path.appending(Self.ownerName)
            if let owner = try? String(contentsOfFile: marker.string, encoding: .utf8) {
                guard owner != id else { return }
                throw RunnerEnding(.impossible, "The output folder belongs to another job. Choose an empty one.")
            }
            do {
                try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
                let names = try FileManager.default.contentsOfDirectory(atPath: path.string)
                guard names.isEmpty else {
                    throw RunnerEnding(.impossible, "The output folder is not empty. Choose an empty one.")
                }
                try Data(id.utf8).write(to: URL(filePath: marker.string), options: .atomic)
            } catch let error as CocoaError {
                throw RunnerEnding(
                    error.code == .fileWriteOutOfSpace ? .noSpace : .failed,
                    "The output folder cannot be written to: \(error.localizedDescription)"
                )
            }
        }
    }

    /// Whether an earlier attempt got to the end, and only its pod was lost before it could say so.
    func isFinished() async throws -> Bool {
        let path = path
        return try await blocking {
            FileManager.default.fileExists(atPath: path.appending("master.m3u8").string)
        }
    }

    /// What an earlier attempt kept, as far as its files are there and whole.
    func checkpoint() async throws -> TranscodeCheckpoint? {
        let path = path
        let (checkpoint, digests) = try await blocking { () -> (TranscodeCheckpoint?, [String: String]) in
            guard let data = try? Data(contentsOf: URL(filePath: path.appending(Self.checkpointName).string)),
                let kept = try? JSONCoding.decoder().decode(TranscodeCheckpoint.self, from: data)
            else { return (nil, [:]) }
            var digests: [String: String] = [:]
            // Renamed is not yet written: after a node was lost, a file may be there and empty.
            let whole = kept.keeping { name, sha256 in
                guard let content = try? Data(contentsOf: URL(filePath: path.appending(name).string)) else {
                    return false
                }
                let digest = ContentDigest(of: Array(content)).hexadecimal
                digests[name] = digest
                return sha256 == nil || digest == sha256
            }
            return (whole, digests)
        }
        state.withLock { $0.digests.merge(digests) { $1 } }
        return checkpoint
    }

    @concurrent
    func store(_ file: OutputPath, _ content: [UInt8]) async throws {
        if file.isManifest { return state.withLock { $0.manifests[file] = content } }
        let digest = ContentDigest(of: content).hexadecimal
        do {
            try await sink.put(file, content)
        } catch let error as TranscodeError {
            throw JobFailure(error.code, error.message, cause: error)
        }
        state.withLock { $0.digests[file.rawValue] = digest }
    }

    func keep(_ checkpoint: TranscodeCheckpoint) async throws {
        var signed = checkpoint
        let digests = state.withLock { $0.digests }
        for track in signed.tracks.indices {
            for (number, name) in signed.tracks[track].segmentPaths.enumerated() {
                signed.tracks[track].segments[number].sha256 = digests[name]
            }
        }
        let data = try JSONCoding.encoder().encode(signed)
        let path = path
        try await blocking {
            try data.write(to: URL(filePath: path.appending(Self.checkpointName).string), options: .atomic)
        }
    }

    /// Puts the manifests in their place, once everything else is on the disk.
    func finish() async throws {
        try await sync()
        let manifests = state.withLock { $0.manifests }
        // In the order of their names, manifest.mpd and then master.m3u8: players begin with that.
        for (file, content) in manifests.sorted(by: { $0.key < $1.key }) { try await sink.put(file, content) }
        try await sync()
        let path = path
        try await blocking {
            let checkpoint = path.appending(Self.checkpointName).string
            if FileManager.default.fileExists(atPath: checkpoint) {
                try FileManager.default.removeItem(atPath: checkpoint)
            }
        }
    }

    private func sync() async throws {
        let path = path
        try await blocking {
            let folder = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
            try folder.closeAfter {
                guard vlog_sync_file_system(folder.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
        }
    }
}
