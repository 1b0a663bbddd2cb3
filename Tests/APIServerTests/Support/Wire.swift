import Foundation
import Glibc

/// A client that speaks HTTP/1.1 by hand over a socket, for all that a well-behaved one would not do.
final class Wire: Sendable {
    /// What the server answered.
    struct Answer: Sendable {
        let status: Int
        /// Names in lower case.
        let headers: [String: String]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private let socket: Int32

    /// Connects to a port of this machine. Reads and writes fail after 20 seconds without a byte.
    init(port: Int, receiveBuffer: Int32? = nil) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Broken(description: "no socket: \(errno)") }
        if var size = receiveBuffer {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            Glibc.close(socket)
            throw Broken(description: "cannot connect to \(port): \(errno)")
        }
        self.socket = socket
    }

    deinit { Glibc.close(socket) }

    /// One request on a connection of its own.
    static func exchange(
        _ port: Int,
        _ method: String,
        _ path: String,
        _ headers: [String: String] = [:],
        body: [UInt8]? = nil
    ) async throws -> Answer {
        let wire = try Wire(port: port)
        try await wire.send(head(method, path, headers, length: body?.count), body: body ?? [])
        return try await wire.answer(to: method)
    }

    static func head(_ method: String, _ path: String, _ headers: [String: String] = [:], length: Int? = nil) -> String
    {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: localhost"]
        if let length { lines.append("Content-Length: \(length)") }
        lines += headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    func send(_ text: String, body: [UInt8] = []) async throws {
        try await onThread { [self] in
            let bytes = Array(text.utf8) + body
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw Broken(description: "send failed: \(errno)") }
                sent += count
            }
        }
    }

    /// Says that nothing more will be sent; answers can still be read.
    func finish() { shutdown(socket, Int32(SHUT_WR)) }

    /// Reads one whole answer.
    func answer(to method: String = "GET") async throws -> Answer {
        try await onThread { [self] in
            let (status, headers) = try readHead()
            let hasBody = method != "HEAD" && status != 204 && status != 304
            let length = hasBody ? headers["content-length"].flatMap { Int($0) } ?? 0 : 0
            return Answer(status: status, headers: headers, body: try read(length))
        }
    }

    /// Reads so many bytes of whatever comes.
    func bytes(_ count: Int) async throws -> [UInt8] { try await onThread { [self] in try read(count) } }

    /// True when the server has closed the connection.
    func isAtEnd() async throws -> Bool {
        try await onThread { [self] in
            var byte: UInt8 = 0
            return recv(socket, &byte, 1, 0) == 0
        }
    }

    private func readHead() throws -> (Int, [String: String]) {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) { head += try read(1) }
        let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n").filter { !$0.isEmpty }
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Broken(description: "not an answer: \(lines)")
        }
        let fields = lines.dropFirst().map { $0.split(separator: ":", maxSplits: 1) }.filter { $0.count == 2 }
        let headers = fields.map { ($0[0].lowercased(), $0[1].trimmingCharacters(in: .whitespaces)) }
        return (status, Dictionary(headers) { "\($0), \($1)" })
    }

    private func read(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes[filled...].withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            guard got > 0 else { throw Broken(description: "\(filled) of \(count) bytes, then \(got): \(errno)") }
            filled += got
        }
        return bytes
    }

    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            // A thread of its own: Dispatch's are those that the server's tasks run on.
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }
}
