import VLogCore

/// The files of a result: what the server has of earlier attempts, and what this one has made.
struct ResultFiles: Sendable {
    let present: [OutputPath: OutputFileBody]
    private var own: [OutputPath: OutputFileBody] = [:]
    /// Paths of `own` in the order in which they were made first.
    private var order: [OutputPath] = []

    init(present: [OutputFileBody]) {
        self.present = Dictionary(present.map { ($0.path, $0) }) { _, last in last }
    }

    /// Whether the server had this very file before the attempt, and the attempt has made no other in its place.
    func isThere(_ file: OutputFileBody) -> Bool { own[file.path] == nil && present[file.path] == file }

    mutating func made(_ file: OutputFileBody) {
        if own.updateValue(file, forKey: file.path) == nil { order.append(file.path) }
    }

    func takingUp(_ checkpoint: TranscodeCheckpoint) -> TranscodeCheckpoint {
        let stored = Dictionary(present.map { ($0.key.rawValue, $0.value) }) { $1 }
        return checkpoint.keeping { path, sha256 in
            stored[path].map { sha256 == nil || $0.sha256 == sha256 } ?? false
        }
    }

    /// The checkpoint with the digests of its files, by which the next attempt knows them again.
    func signing(_ checkpoint: TranscodeCheckpoint) -> TranscodeCheckpoint {
        let all = own.merging(present) { own, _ in own }
        let files = Dictionary(all.map { ($0.key.rawValue, $0.value.sha256) }) { $1 }
        var signed = checkpoint
        for track in signed.tracks.indices {
            for (number, path) in signed.tracks[track].segmentPaths.enumerated() {
                signed.tracks[track].segments[number].sha256 = files[path]
            }
        }
        return signed
    }

    func all(with resumed: [OutputPath]) -> [OutputFileBody] {
        (resumed.compactMap { own[$0] == nil ? present[$0] : nil } + own.values).sorted { $0.path < $1.path }
    }

    /// What this attempt has made and the server does not have, in the order of making, so that a part of it is of use;
    /// playlists come after all that they may name, manifests after those.
    func missing(from present: [OutputFileBody]) -> [OutputFileBody] {
        let there = Dictionary(present.map { ($0.path, $0) }) { $1 }
        let missing = order.compactMap { own[$0] }.filter { there[$0.path] != $0 }
        return [0, 1, 2].flatMap { rank in missing.filter { $0.path.rank == rank } }
    }
}

extension OutputPath {
    fileprivate var rank: Int { isManifest ? 2 : isReplaceable ? 1 : 0 }
}
