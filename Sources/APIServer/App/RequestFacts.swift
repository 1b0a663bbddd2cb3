import Foundation
import Hummingbird
import Logging
import NIOCore

/// Who asks, and the name of the request.
package struct RequestFacts: Sendable {
    package let id: String
    /// The client's IP address; nil when the connection has none, as in router tests.
    package let address: String?
    /// The connection itself, for the few routes that write to it past the response body.
    package let channel: any Channel
    /// The server's logger with this request's id.
    package let logger: Logger

    package init(_ source: ApplicationRequestContextSource) {
        var logger = source.logger
        id = logger[metadataKey: "hb.request.id"]?.description ?? UUID().uuidString
        logger[metadataKey: "hb.request.id"] = nil
        logger[metadataKey: "request.id"] = "\(id)"
        self.logger = logger
        address = source.channel.remoteAddress?.ipAddress
        channel = source.channel
    }

    /// What Hummingbird keeps of a request, made with the logger above.
    package var core: CoreRequestContextStorage {
        CoreRequestContextStorage(source: ApplicationRequestContextSource(channel: channel, logger: logger))
    }
}
