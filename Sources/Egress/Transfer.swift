import CCurl
import Foundation
import Glibc
import Synchronization

/// One request and its answer, on the thread that calls `perform`.
///
/// `@unchecked Sendable`: all but `isCancelled` is touched by that thread alone, in `perform` and in the callbacks that
/// libcurl makes from within it.
final class Transfer: @unchecked Sendable {
    private let request: EgressRequest
    private let rule: AddressRule
    private let receive: EgressClient.Receiver
    private let host: String
    private let isCancelled = Atomic(false)

    private var handle: UnsafeMutableRawPointer?
    private var headers: [String: String] = [:]
    private var received: Int64 = 0
    private var refused = false
    private var isTooLarge = false
    private var receiverError: (any Error)?
    private var proxies: Set<IPAddress> = []

    init(_ request: EgressRequest, rule: AddressRule, receive: @escaping EgressClient.Receiver) throws(EgressError) {
        _ = Self.library
        guard let (scheme, host) = Self.schemeAndHost(request.url) else {
            throw EgressError(code: .badURL, message: "This is no address of the form https://host/path.")
        }
        guard scheme == "http" || scheme == "https" else {
            throw EgressError(
                code: .badURL,
                message: "Addresses begin with http:// or https://, not with \(scheme)://."
            )
        }
        self.request = request
        self.rule = rule
        self.receive = receive
        self.host = host
    }

    /// Ends the transfer within a second.
    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    func perform() throws -> EgressResponse {
        guard let handle = curl_easy_init() else {
            throw EgressError(code: .broken, message: "libcurl could not be started.")
        }
        defer { curl_easy_cleanup(handle) }
        self.handle = handle
        proxies = Self.proxyAddresses()
        return try withExtendedLifetime(self) {
            try request.body.withUnsafeBytes { body in
                var lines: UnsafeMutablePointer<curl_slist>?
                defer { curl_slist_free_all(lines) }
                for (name, value) in request.headers { lines = curl_slist_append(lines, "\(name): \(value)") ?? lines }
                configure(handle, body, lines)
                let result = curl_easy_perform(handle)
                if let receiverError { throw receiverError }
                guard result == CURLE_OK else { throw error(result) }
                return EgressResponse(status: status, headers: headers)
            }
        }
    }

    private var status: Int { Int(vlog_curl_status(handle)) }

    private func configure(
        _ handle: UnsafeMutableRawPointer,
        _ body: UnsafeRawBufferPointer,
        _ lines: UnsafeMutablePointer<curl_slist>?
    ) {
        set(CURLOPT_URL, request.url)
        // Also after redirects: no file, no gopher, no ldap.
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        vlog_curl_set_number(handle, CURLOPT_FOLLOWLOCATION, request.mostRedirects > 0 ? 1 : 0)
        vlog_curl_set_number(handle, CURLOPT_MAXREDIRS, request.mostRedirects)
        vlog_curl_set_number(handle, CURLOPT_NOSIGNAL, 1)
        vlog_curl_set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, request.connectLimit.milliseconds)
        vlog_curl_set_number(handle, CURLOPT_TIMEOUT_MS, request.timeLimit?.milliseconds ?? 0)
        vlog_curl_set_number(handle, CURLOPT_LOW_SPEED_LIMIT, 1)
        vlog_curl_set_number(handle, CURLOPT_LOW_SPEED_TIME, max(1, request.stallLimit.milliseconds / 1000))
        vlog_curl_set_size(handle, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.mostBytes))
        set(CURLOPT_USERAGENT, "vlog")
        vlog_curl_set_pointer(handle, CURLOPT_HTTPHEADER, lines)
        if request.method == .post {
            vlog_curl_set_number(handle, CURLOPT_POST, 1)
            vlog_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            vlog_curl_set_pointer(handle, CURLOPT_POSTFIELDS, body.baseAddress)
        }
        let me = Unmanaged.passUnretained(self).toOpaque()
        vlog_curl_set_receiver(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, me in
            Transfer.from(me).takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        vlog_curl_set_pointer(handle, CURLOPT_HEADERDATA, me)
        vlog_curl_set_receiver(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, me in
            Transfer.from(me).take(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        vlog_curl_set_pointer(handle, CURLOPT_WRITEDATA, me)
        vlog_curl_set_socket_opener(handle) { me, _, address in
            guard let me, let address else { return vlog_curl_bad_socket() }
            return Transfer.from(me).openSocket(address)
        }
        vlog_curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, me)
        vlog_curl_set_progress(handle) { me, _, _, _, _ in
            Transfer.from(me).isCancelled.load(ordering: .relaxed) ? 1 : 0
        }
        vlog_curl_set_pointer(handle, CURLOPT_XFERINFODATA, me)
        vlog_curl_set_number(handle, CURLOPT_NOPROGRESS, 0)
    }

    private func set(_ option: CURLoption, _ text: String) {
        text.withCString { _ = vlog_curl_set_pointer(handle, option, $0) }
    }

    /// A header line; each answer on the way begins anew with its status line.
    private func takeHeader(_ line: UnsafeRawBufferPointer) -> Int {
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            headers = [:]
        } else if let colon = text.firstIndex(of: ":"), headers.count < 100 {
            let value = text[text.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
            headers[text[..<colon].lowercased()] = value
        }
        return line.count
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        received += Int64(bytes.count)
        guard received <= request.mostBytes else {
            isTooLarge = true
            return 0
        }
        guard (200..<300).contains(status) else { return bytes.count }
        do {
            try receive(bytes)
            return bytes.count
        } catch {
            receiverError = error
            return 0
        }
    }

    /// What libcurl is about to connect to, resolved.
    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let place = UnsafeMutableRawPointer(address) + (MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0)
        let ip = IPAddress(place.assumingMemoryBound(to: sockaddr.self), length: Int(address.pointee.addrlen))
        guard let ip, rule.allows(ip) || proxies.contains(ip) else {
            refused = true
            return vlog_curl_bad_socket()
        }
        return socket(
            address.pointee.family,
            address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
            address.pointee.protocol
        )
    }

    private func error(_ result: CURLcode) -> EgressError {
        let (code, what): (EgressError.Code, String) =
            switch result {
            case _ where isCancelled.load(ordering: .relaxed): (.cancelled, "The request was cancelled.")
            case _ where refused:
                (.refusedAddress, "\(host) stands for an address that is not on the public internet, or leads to one.")
            case _ where isTooLarge, CURLE_FILESIZE_EXCEEDED:
                (.tooLarge, "\(host) sends more than \(request.mostBytes) bytes.")
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
                (.badURL, "\(host): this address, or where it leads to, is not of the form https://host/path.")
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: (.unresolved, "There is no host \(host).")
            case CURLE_COULDNT_CONNECT: (.unreachable, "\(host) does not accept a connection.")
            case CURLE_OPERATION_TIMEDOUT: (.timeout, "\(host) takes too long.")
            case CURLE_TOO_MANY_REDIRECTS: (.tooManyRedirects, "\(host) redirects too often.")
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CACERT_BADFILE:
                (.tls, "\(host): no secure connection: \(reason(result)).")
            default: (.broken, "\(host): \(reason(result)).")
            }
        return EgressError(code: code, message: what)
    }

    private func reason(_ result: CURLcode) -> String { String(cString: curl_easy_strerror(result)) }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> Transfer {
        guard let pointer else { preconditionFailure("libcurl lost the pointer that it was given") }
        return Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Once, before the first request: it is not safe beside other threads' requests.
    private static let library = curl_global_init(Int(CURL_GLOBAL_ALL))

    /// As libcurl itself reads the address; nil for what it cannot read, or what names no host.
    private static func schemeAndHost(_ text: String) -> (scheme: String, host: String)? {
        guard let url = curl_url() else { return nil }
        defer { curl_url_cleanup(url) }
        guard curl_url_set(url, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK,
            let scheme = part(CURLUPART_SCHEME, of: url), let host = part(CURLUPART_HOST, of: url), !host.isEmpty
        else { return nil }
        return (scheme.lowercased(), host)
    }

    private static func part(_ part: CURLUPart, of url: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    /// The addresses of the proxies that the environment names, as libcurl looks for them.
    private static func proxyAddresses() -> Set<IPAddress> {
        let environment = ProcessInfo.processInfo.environment
        let names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        var found: Set<IPAddress> = []
        for text in Set(names.compactMap { environment[$0] }) where !text.isEmpty {
            guard let host = schemeAndHost(text.contains("://") ? text : "http://\(text)")?.host else { continue }
            var list: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo(host.trimmingCharacters(in: ["[", "]"]), nil, nil, &list) == 0 else { continue }
            defer { freeaddrinfo(list) }
            var next = list
            while let entry = next {
                if let address = entry.pointee.ai_addr,
                    let ip = IPAddress(address, length: Int(entry.pointee.ai_addrlen))
                {
                    found.insert(ip)
                }
                next = entry.pointee.ai_next
            }
        }
        return found
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
