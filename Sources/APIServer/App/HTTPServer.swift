import Hummingbird
import HummingbirdCore
import NIOCore

extension ServerLimits {
    /// How the three APIs speak HTTP: bounded heads, and connections that must move.
    var httpServer: HTTPServerBuilder {
        .http1(
            configuration: HTTP1Channel.Configuration(
                idleTimeout: TimeAmount(idleTimeout),
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: 16 << 10,
                    maxHeaderListSize: 32 << 10,
                    maxHeaderFieldCount: 100
                )
            )
        )
    }
}
