import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Packaging

/// The files of one HTTP origin; neither links nor redirects lead out of it.
struct WebFiles: MediaFiles {
    let origin: String?
    private let base: String
    private let client: HTTPClient

    private static let mostRedirects = 5

    /// `origin` is `http://host:port`.
    init(origin: String, client: HTTPClient) {
        self.origin = origin
        base = origin
        self.client = client
    }

    /// Redirects are followed here, one at a time, and a server that says nothing is given up.
    static var configuration: HTTPClient.Configuration {
        HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: .seconds(30))
        )
    }

    func list() async throws(MediaFileError) -> [MediaPath]? { nil }

    func read(_ path: MediaPath, range: Range<Int>?, limit: Int) async throws(MediaFileError) -> [UInt8] {
        var path = path
        do {
            for _ in 0...Self.mostRedirects {
                let answer = try await send(path, range)
                guard (300..<400).contains(answer.status.code) else { return try await body(answer, range, limit) }
                let location = answer.headers.first(name: "Location") ?? ""
                guard let next = path.resolving(location, origin: origin) else {
                    throw MediaFileError.unreadable("redirected to '\(location)'")
                }
                path = next
            }
            throw MediaFileError.unreadable("over \(Self.mostRedirects) redirects")
        } catch let error as MediaFileError {
            throw error
        } catch {
            throw .unreadable("\(error)")
        }
    }

    /// Whether the server has the file; throws when it cannot be asked.
    func exists(_ path: MediaPath) async throws(MediaFileError) -> Bool {
        do {
            return try await !read(path, range: 0..<1, limit: 1).isEmpty
        } catch {
            guard error == .missing else { throw error }
            return false
        }
    }

    private func send(_ path: MediaPath, _ range: Range<Int>?) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: base + "/" + Self.encoded(path))
        if let range, !range.isEmpty {
            request.headers.add(name: "Range", value: "bytes=\(range.lowerBound)-\(range.upperBound - 1)")
        }
        return try await client.execute(request, timeout: .minutes(5))
    }

    private func body(_ answer: HTTPClientResponse, _ range: Range<Int>?, _ limit: Int) async throws -> [UInt8] {
        switch answer.status {
        case .ok, .partialContent: break
        case .notFound, .gone: throw MediaFileError.missing
        case .rangeNotSatisfiable where range != nil: return []
        default: throw MediaFileError.unreadable("the server answers \(answer.status.code)")
        }
        // A server may send all of a file instead of the part.
        var skip = answer.status == .partialContent ? 0 : range?.lowerBound ?? 0
        var bytes: [UInt8] = []
        for try await chunk in answer.body {
            var view = chunk.readableBytesView[...]
            let skipped = min(skip, view.count)
            skip -= skipped
            view = view.dropFirst(skipped)
            if let range { view = view.prefix(range.count - bytes.count) }
            guard bytes.count + view.count <= limit else { throw MediaFileError.tooLarge }
            bytes.append(contentsOf: view)
            if let range, bytes.count == range.count { break }
        }
        return bytes
    }

    private static func encoded(_ path: MediaPath) -> String {
        let query = path.query.map { "?\($0)" } ?? ""
        return path.parts.map(encoded).joined(separator: "/") + query
    }

    private static func encoded(_ part: String) -> String {
        var text = ""
        for byte in part.utf8 {
            if isPlain(byte) {
                text.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                text += byte < 16 ? "%0" : "%"
                text += String(byte, radix: 16)
            }
        }
        return text
    }

    /// RFC 3986 section 2.3.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
        }
    }
}
