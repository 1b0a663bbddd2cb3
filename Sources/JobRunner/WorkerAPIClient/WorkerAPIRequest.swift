import Foundation
import NIOCore
import NIOHTTP1
import VLogCore

/// One request to the Worker API, and how its answer is read. The key is added when it is sent.
struct WorkerAPIRequest<Answer: Sendable>: Sendable {
    enum Body: Sendable {
        case bytes(ByteBuffer)
        case archive(ArchiveBody)
    }

    let method: HTTPMethod
    /// Below the server's URL; made of ids and `OutputPath`s only, so that nothing in it needs escaping.
    let path: String
    var headers = HTTPHeaders()
    var body: Body?
    /// How long the head of the answer may take.
    var patience: TimeAmount = .seconds(30)
    /// Gets the whole body of a 2xx answer, which is empty for 204.
    let decode: @Sendable (ByteBuffer) throws -> Answer
}

extension WorkerAPIRequest where Answer: Decodable {
    /// A request whose answer is JSON.
    init(_ method: HTTPMethod, _ path: String) {
        self.init(method: method, path: path) { body in
            try JSONCoding.decoder().decode(Answer.self, from: body.data)
        }
    }
}

extension WorkerAPIRequest {
    /// The same request with this JSON as its body.
    func sending(_ value: some Encodable) throws -> Self {
        var copy = self
        copy.body = .bytes(ByteBuffer(bytes: try JSONCoding.bytes(of: value)))
        copy.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
        return copy
    }

    func patient(for patience: TimeAmount) -> Self {
        var copy = self
        copy.patience = patience
        return copy
    }
}

extension ByteBuffer {
    /// The readable bytes, for JSON.
    var data: Data { Data(readableBytesView) }
}
