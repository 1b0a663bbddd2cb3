import Foundation

/// What a runner leaves in its container's termination log: one sentence for whoever asked for the video.
package struct TerminationMessage: Codable, Sendable, Equatable {
    /// Kubernetes keeps 4096 bytes of all containers together.
    private static let longest = 2048

    package var message: String
    /// What made the pictures, of a job that is done.
    package var encoder: String?

    package init(_ message: String, encoder: String? = nil) {
        self.message = String(message.prefix(TerminationMessage.longest))
        self.encoder = encoder
    }

    /// nil for a text that no runner of ours wrote.
    package init?(text: String) {
        guard let message = try? JSONCoding.decoder().decode(TerminationMessage.self, from: Data(text.utf8)) else {
            return nil
        }
        self = message
    }
}
