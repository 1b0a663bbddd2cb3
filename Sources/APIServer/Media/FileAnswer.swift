import HTTPTypes
import Hummingbird
import NIOCore

/// How a file is offered: what of its headers does not follow from the file.
struct FileOffer: Sendable {
    var contentType: String
    var cacheControl: String
    /// The validator, where it is another one than the file's own.
    var tag: EntityTag?
    var headers: HTTPFields = [:]
}

/// The answer to a `GET` or `HEAD` of a file: conditions and range by RFC 9110, in the order of its section 13.2.2.
struct FileAnswer {
    let file: OpenFile
    let tag: EntityTag
    let offer: FileOffer

    init(_ file: OpenFile, _ offer: FileOffer) {
        self.file = file
        self.tag = offer.tag ?? file.tag
        self.offer = offer
    }

    func response(to request: Request, over channel: any Channel) -> Response {
        if let list = request.headers[.ifMatch], !tag.isNamed(in: list, .strong) {
            return Response(status: .preconditionFailed, headers: headers)
        }
        if let list = request.headers[.ifNoneMatch], tag.isNamed(in: list, .weak) {
            return Response(status: .notModified, headers: headers).withoutLength()
        }
        return switch range(of: request) {
        case .whole: content(0..<file.size, .ok, headers, request, channel)
        case .part(let range): content(range, .partialContent, headers(of: range), request, channel)
        case .unsatisfiable: unsatisfiable
        }
    }

    /// `HEAD` has no ranges (section 14.2); `If-Range` with anything but this very tag asks for the whole file.
    private func range(of request: Request) -> ByteRange {
        guard request.method == .get, request.headers[.ifRange].map({ $0 == tag.description }) ?? true else {
            return .whole
        }
        return ByteRange(header: request.headers[.range], size: file.size)
    }

    private func content(
        _ range: Range<Int64>,
        _ status: HTTPResponse.Status,
        _ headers: HTTPFields,
        _ request: Request,
        _ channel: any Channel
    ) -> Response {
        var headers = headers
        headers[.contentType] = offer.contentType
        headers[.contentLength] = String(range.count)
        guard request.method == .get, !range.isEmpty else { return Response(status: status, headers: headers) }
        return Response(status: status, headers: headers, body: FileSending(file, range, channel).body)
    }

    private var headers: HTTPFields {
        var headers = offer.headers
        headers[.eTag] = tag.description
        headers[.cacheControl] = offer.cacheControl
        headers[.acceptRanges] = "bytes"
        return headers
    }

    private func headers(of range: Range<Int64>) -> HTTPFields {
        var headers = headers
        headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"
        return headers
    }

    private var unsatisfiable: Response {
        var headers = offer.headers
        headers[.contentRange] = "bytes */\(file.size)"
        headers[.cacheControl] = "no-store"
        return Response(status: .rangeNotSatisfiable, headers: headers)
    }
}

extension Response {
    /// A 304 has no body, and its `Content-Length` would be that of the file.
    fileprivate func withoutLength() -> Response {
        var response = self
        response.headers[.contentLength] = nil
        return response
    }
}
