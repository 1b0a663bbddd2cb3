import Archives
import NIOCore
import SystemPackage
import VLogCore

/// The archive of a result's files, read from the scratch disk while it is sent. May be sent again.
struct ArchiveBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let files: [OutputFileBody]
    /// Where they lie.
    let folder: FilePath

    /// Bytes of all of it.
    var length: Int64 { ArchiveWriter.length(of: files.map(\.entry)) }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: files[...], folder: folder) }

    /// Where a file lies until it is sent.
    static func location(of path: OutputPath, in folder: FilePath) -> FilePath {
        folder.pushing(FilePath(path.rawValue))
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        private enum Step {
            case begin, nextFile
            case content(OutputFileBody, Reading)
            case done
        }

        private var rest: ArraySlice<OutputFileBody>
        private let folder: FilePath
        private var writer = ArchiveWriter()
        private var step = Step.begin

        fileprivate init(rest: ArraySlice<OutputFileBody>, folder: FilePath) {
            self.rest = rest
            self.folder = folder
        }

        /// Throws when a file is not as long any more as it was when it was stored.
        mutating func next() async throws -> ByteBuffer? {
            switch step {
            case .begin:
                step = .nextFile
                return ByteBuffer(bytes: writer.begin())
            case .nextFile:
                guard let file = rest.popFirst() else {
                    step = .done
                    return ByteBuffer(bytes: writer.end())
                }
                let location = ArchiveBody.location(of: file.path, in: folder)
                step = .content(file, try await blocking { try Reading(location, bytes: file.bytes) })
                return ByteBuffer(bytes: writer.head(of: file.entry))
            case .content(let file, let reading):
                let piece = try await blocking { try reading.next(ArchiveWriter.piece) }
                var bytes = writer.content(piece)
                if piece.count < ArchiveWriter.piece {
                    bytes += writer.tail(of: file.entry)
                    step = .nextFile
                }
                return ByteBuffer(bytes: bytes)
            case .done: return nil
            }
        }
    }
}

/// A file that is being read from its start to its end. All calls block; one at a time.
private final class Reading: Sendable {
    private let descriptor: SystemPackage.FileDescriptor

    init(_ path: FilePath, bytes: Int64) throws {
        descriptor = try SystemPackage.FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        guard try descriptor.seek(offset: 0, from: .end) == bytes else {
            try descriptor.close()
            throw JobFailure(.internal, "A file on the runner's scratch disk changed before it was sent.")
        }
        try descriptor.seek(offset: 0, from: .start)
    }

    deinit { try? descriptor.close() }

    /// So many bytes, and fewer only at the end.
    func next(_ count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            while filled < count {
                let free = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let read = try descriptor.read(into: free)
                if read == 0 { break }
                filled += read
            }
        }
    }
}

extension OutputFileBody {
    fileprivate var entry: ArchiveWriter.Entry {
        ArchiveWriter.Entry(name: path.rawValue, size: bytes, sha256: sha256)
    }
}
