import Hummingbird
import NIOCore

/// What every request of the three APIs carries with it.
package protocol APIContext: RequestContext
where Source == ApplicationRequestContextSource, Decoder == JSONRequestDecoder, Encoder == JSONResponseEncoder {
    var facts: RequestFacts { get }
}

extension APIContext {
    package var requestDecoder: JSONRequestDecoder { JSONRequestDecoder() }
    package var responseEncoder: JSONResponseEncoder { JSONResponseEncoder() }
    /// The id that the log, the header `X-Request-ID` and the error body share.
    package var requestID: String { facts.id }
}
