import VLogCore

/// Which file goes next. Playlists wait for what they name: a media playlist for every earlier segment, a manifest for
/// everything. Of a playlist that is written again before it was sent only the newest is sent, and no path is
/// ever on its way twice at once.
struct UploadQueue: Sendable {
    struct Item: Sendable {
        fileprivate let number: Int
        let path: OutputPath
        let content: [UInt8]
        let digest: ContentDigest
    }

    /// Bytes of content that may be held at once; a single larger file is let through alone.
    private let memory: Int
    private var held = 0
    private var numbers = 0
    private var waiting: [Item] = []
    private var inFlight: [Item] = []
    private var isClosed = false

    init(memory: Int) { self.memory = memory }

    /// Nothing is left to do, and nothing will come.
    var isDone: Bool { isClosed && waiting.isEmpty && inFlight.isEmpty }

    /// Takes a file in; false when there is no room for it now.
    mutating func offer(_ path: OutputPath, _ content: [UInt8], digest: ContentDigest) -> Bool {
        if path.isReplaceable, let older = waiting.firstIndex(where: { $0.path == path }) {
            held -= waiting.remove(at: older).content.count
        }
        guard held == 0 || held + content.count <= memory else { return false }
        held += content.count
        numbers += 1
        waiting.append(Item(number: numbers, path: path, content: content, digest: digest))
        return true
    }

    /// The next file that may go now, if there is one.
    mutating func take() -> Item? {
        guard let index = waiting.firstIndex(where: mayGo) else { return nil }
        let item = waiting.remove(at: index)
        inFlight.append(item)
        return item
    }

    mutating func sent(_ item: Item) {
        inFlight.removeAll { $0.number == item.number }
        held -= item.content.count
    }

    /// No more files will be offered.
    mutating func close() { isClosed = true }

    private func mayGo(_ item: Item) -> Bool {
        guard !inFlight.contains(where: { $0.path == item.path }) else { return false }
        guard item.path.isReplaceable else { return true }
        let mustWaitFor = { (other: Item) in
            other.number < item.number && (item.path.isManifest || !other.path.isReplaceable)
        }
        return !inFlight.contains(where: mustWaitFor) && !waiting.contains(where: mustWaitFor)
    }
}
