import NIOCore
import Transcoding

/// The threads that sockets are read and written on.
enum EventLoops {
    /// One for each core that the process may run on; to be called before there is one. NIO counts the machine's.
    static func matchCores() {
        NIOSingletons.groupLoopCountSuggestion = CPUShare.cores
    }
}
