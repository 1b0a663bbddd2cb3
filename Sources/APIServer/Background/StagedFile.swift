import Crypto
import Foundation
import SystemPackage
import VLogCore

/// A file of a complete job that waits beside the others until the job is published.
struct StagedFile: Sendable {
    private let file: OutputFileBody
    private let layout: OutputLayout

    init(_ file: OutputFileBody, in layout: OutputLayout) {
        self.file = file
        self.layout = layout
    }

    /// Copies it over its place, whole or not at all. Throws `notFound` when it is in neither. Blocks.
    func putInPlace() throws(StorageError) {
        let place = layout.final(file.path)
        if let bytes = try read(from: layout.staged(file.path)) {
            try Disk.write(bytes, to: place)
        } else if try read(from: place) == nil {
            throw StorageError(.notFound, "\(file.path) of \(layout.staging) is neither staged nor in its place")
        }
    }

    /// Nil when it is not there, or not the file that the runner completed.
    private func read(from path: FilePath) throws(StorageError) -> [UInt8]? {
        guard Disk.size(of: path) == file.bytes else { return nil }
        let bytes = try Disk.read(path)
        let digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
        return digest == file.sha256 ? bytes : nil
    }
}
