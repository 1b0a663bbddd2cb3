extension OutputQueue {
    /// Sends everything that is left, in order where order matters.
    mutating func drain(into sink: some OutputSink) async throws {
        try await withThrowingTaskGroup(of: File.self) { group in
            while !isEmpty {
                while let file = next() {
                    group.addTask {
                        try await sink.put(file.path, file.bytes)
                        return file
                    }
                }
                guard let file = try await group.next() else { return }
                didSend(file)
            }
        }
    }
}
