import VLogCore

/// Files on their way to a sink: several at once, a playlist after the segments that it names, and of a playlist that
/// was written again before it was sent only the newest. A value; whoever sends tells it what was sent.
struct OutputQueue: Sendable {
    struct File: Sendable, Equatable {
        let number: Int
        let path: OutputPath
        let bytes: [UInt8]
    }

    /// Files that may be under way at once.
    static let width = 4
    /// Bytes waiting and under way from which on no more should come.
    static let byteLimit = 64 << 20

    private var waiting: [File] = []
    private var sending: [File] = []
    private var lastNumber = 0
    private(set) var sent: Set<OutputPath> = []

    var isEmpty: Bool { waiting.isEmpty && sending.isEmpty }
    var isFull: Bool { (waiting + sending).reduce(0) { $0 + $1.bytes.count } >= OutputQueue.byteLimit }

    mutating func add(_ path: OutputPath, _ bytes: [UInt8]) {
        if path.isReplaceable { dropOlder(path) }
        lastNumber += 1
        waiting.append(File(number: lastNumber, path: path, bytes: bytes))
    }

    /// The next file to send, nil while there is none that may go.
    mutating func next() -> File? {
        guard sending.count < OutputQueue.width, let index = waiting.firstIndex(where: mayGo) else { return nil }
        let file = waiting.remove(at: index)
        sending.append(file)
        return file
    }

    mutating func didSend(_ file: File) {
        sending.removeAll { $0.number == file.number }
        sent.insert(file.path)
    }

    /// Keeps the oldest that waits: were it replaced each time, a slow sink would never see a playlist.
    private mutating func dropOlder(_ path: OutputPath) {
        let numbers = waiting.filter { $0.path == path }.map(\.number).dropFirst()
        waiting.removeAll { numbers.contains($0.number) }
    }

    /// Segments go at once. A playlist waits for the segments added before it in its folder, the two manifests, which
    /// name all folders, for all of them; and none while another version of it is under way.
    private func mayGo(_ file: File) -> Bool {
        guard file.path.isReplaceable else { return true }
        let earlier = (waiting + sending).filter { $0.number < file.number }
        guard file.path.folder != nil else { return earlier.isEmpty }
        return !earlier.contains { $0.path.folder == file.path.folder }
    }
}

extension OutputPath {
    /// The part before the slash; nil for a file at the top.
    fileprivate var folder: Substring? {
        rawValue.firstIndex(of: "/").map { rawValue[..<$0] }
    }
}
