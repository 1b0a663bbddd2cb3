import CLibPQ

/// A libpq connection: owned by one `PostgresConnection` and used on its thread only. Not Sendable.
final class PostgresHandle {
    private let raw: OpaquePointer

    /// Connects, which blocks for as long as the configuration allows.
    init(connecting configuration: PostgresConfiguration) throws(PostgresError) {
        let parameters = try ConnectionParameters(configuration)
        guard let raw = parameters.withPointers({ PQconnectdbParams($0, $1, 1) }) else {
            throw PostgresError(.connectionFailed, "out of memory")
        }
        self.raw = raw
        // The default prints notices to standard error.
        PQsetNoticeReceiver(raw, { _, _ in }, nil)
        guard PQstatus(raw) == CONNECTION_OK else {
            let message = Self.message(of: raw)
            let isTransient = Self.isTransient(connectionFailure: message)
            throw PostgresError(.connectionFailed, message, isTransientFailure: isTransient)
        }
    }

    deinit { PQfinish(raw) }

    var socket: Int32 { PQsocket(raw) }
    var isLost: Bool { PQstatus(raw) != CONNECTION_OK }
    /// Connected and outside of any transaction.
    var isIdle: Bool { !isLost && PQtransactionStatus(raw) == PQTRANS_IDLE }
    func makeCancel() -> CancelHandle? { PQgetCancel(raw).map { CancelHandle(raw: $0) } }

    func prepare(_ name: String, _ text: String, types: [UInt32]) throws(PostgresError) {
        PQclear(try check(PQprepare(raw, name, text, Int32(types.count), types), text))
    }

    /// Runs a prepared statement; the caller adopts the result.
    func execute(_ name: String, _ arguments: SQLArguments, text: String) throws(PostgresError) -> OpaquePointer {
        let result = arguments.withPointers { values, lengths, formats in
            PQexecPrepared(raw, name, Int32(arguments.count), values, lengths, formats, 1)
        }
        return try check(result, text)
    }

    /// Runs one or more statements without parameters.
    /// - Returns: the last one's command tag.
    @discardableResult func script(_ text: String) throws(PostgresError) -> String {
        let result = try check(PQexec(raw, text), text)
        defer { PQclear(result) }
        return String(cString: PQcmdStatus(result))
    }

    /// Notifications that have come, reading what the socket has without waiting.
    func takeNotifications() throws(PostgresError) -> [(channel: String, payload: String)] {
        guard PQconsumeInput(raw) == 1, !isLost else { throw PostgresError(.connectionLost, Self.message(of: raw)) }
        var taken: [(channel: String, payload: String)] = []
        while let notify = PQnotifies(raw) {
            taken.append((String(cString: notify.pointee.relname), String(cString: notify.pointee.extra)))
            PQfreemem(notify)
        }
        return taken
    }

    private func check(_ result: OpaquePointer?, _ text: String) throws(PostgresError) -> OpaquePointer {
        guard let result else {
            throw PostgresError(isLost ? .connectionLost : .queryFailed, Self.message(of: raw))
        }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return result
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE:
            defer { PQclear(result) }
            throw error(of: result, text)
        default:
            PQclear(result)
            throw PostgresError(.queryFailed, "COPY is not supported: \(Self.summary(text))")
        }
    }

    private func error(of result: OpaquePointer, _ text: String) -> PostgresError {
        func field(_ code: UnicodeScalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        let sqlState = field("C")
        // The primary message and the hint; the detail is left out, for it quotes values.
        let said = field("M") ?? String(cString: PQresultErrorMessage(result))
        let message = [said, field("H")].compactMap { $0 }.joined(separator: "; ")
        let code: PostgresError.Code =
            if isLost { .connectionLost } else if sqlState == "57014" { .cancelled } else { .queryFailed }
        return PostgresError(
            code,
            "\(message.trimmed), in: \(Self.summary(text))",
            sqlState: sqlState,
            constraint: field("n")
        )
    }

    private static func message(of raw: OpaquePointer) -> String {
        String(cString: PQerrorMessage(raw)).trimmed
    }

    /// Enough of a statement to find it in the code.
    private static func summary(_ text: String) -> String {
        let words = text.prefix(400).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > 160 ? words.prefix(160) + "…" : words
    }

    /// A server that answers with FATAL has decided against us, unless it says that it is starting, stopping or full.
    private static func isTransient(connectionFailure message: String) -> Bool {
        let passing = ["starting up", "shutting down", "recovery", "too many clients", "connection slots"]
        return !message.contains("FATAL:") || passing.contains { message.contains($0) }
    }
}

extension String {
    fileprivate var trimmed: String {
        let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? startIndex
        return String(self[..<end])
    }
}
