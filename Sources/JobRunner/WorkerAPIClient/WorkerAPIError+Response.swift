import Foundation
import NIOCore
import VLogCore

extension WorkerAPIError {
    /// Reads an answer that is not 2xx. `body` is the part of it that was taken in; it need not be JSON.
    init(status: Int, body: ByteBuffer) {
        let error = try? JSONCoding.decoder().decode(ErrorBody.self, from: body.data)
        let detail = error.map { ": \($0.detail)" } ?? ""
        self.init(WorkerAPIError.code(status: status, word: error?.code), "the server answered \(status)\(detail)")
    }

    private static func code(status: Int, word: String?) -> Code {
        switch status {
        case 401, 403: .unauthorised
        case 404: .notFound
        case 409: word == nil || word == "lease_lost" ? .leaseLost : .refused
        case 410: .gone
        case 412: .sourceChanged
        case 507: .noSpace
        case 408, 425, 429, 500...599: .unavailable
        default: .refused
        }
    }
}
