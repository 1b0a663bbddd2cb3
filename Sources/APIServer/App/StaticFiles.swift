import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import SystemPackage

/// Serves the web pages' files: small, few, revalidated with every load, so that a new version shows at once.
struct StaticFiles: Sendable {
    private static let longest = 4 << 20
    private static let types = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8", "json": "application/json", "svg": "image/svg+xml", "png": "image/png",
        "ico": "image/x-icon", "jpg": "image/jpeg", "webp": "image/webp", "woff2": "font/woff2",
        "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8",
    ]

    /// Looked into in this order.
    let folders: [FilePath]
    var threads = NIOThreadPool.singleton

    /// The file of this name, which may have folders; 304 when the client has it already, 404 when there is none.
    func answer(_ name: String, to request: Request) async throws -> Response {
        guard let path = StaticFiles.path(name), let type = StaticFiles.types[path.extension ?? ""],
            let bytes = try await threads.runIfActive({ try find(path) })
        else { throw APIError(.notFound, "There is nothing at this address.") }
        let tag = EntityTag(opaque: SHA256.hash(data: bytes).prefix(12).map { String(format: "%02x", $0) }.joined())
        var headers: HTTPFields = [.eTag: tag.description, .cacheControl: "no-cache", .contentType: type]
        if let known = request.headers[.ifNoneMatch], tag.isNamed(in: known, .weak) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentLength] = "\(bytes.count)"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Plain names only: letters, digits, `-`, `_` and inner dots, so that no path leaves its folder.
    private static func path(_ name: String) -> FilePath? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            part.first != "." && !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                        UInt8(ascii: "."):
                        true
                    default: false
                    }
                }
        }
        return isPlain && parts.count <= 6 ? FilePath(name) : nil
    }

    private func find(_ path: FilePath) throws -> [UInt8]? {
        for folder in folders {
            do {
                return try read(folder.pushing(path))
            } catch Errno.noSuchFileOrDirectory, Errno.notDirectory, Errno.isDirectory {
                continue
            }
        }
        return nil
    }

    private func read(_ path: FilePath) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        return try descriptor.closeAfter {
            let length = try descriptor.seek(offset: 0, from: .end)
            guard length <= StaticFiles.longest else { throw Errno.fileTooLarge }
            return try Array(unsafeUninitializedCapacity: Int(length)) { buffer, count in
                count = try descriptor.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
    }
}
