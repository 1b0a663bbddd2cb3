import HTTPTypes
import Hummingbird

/// The cookie that a session travels in. Scripts cannot read it, other sites cannot send it, and it ends with the
/// browser; how long the session lasts is for the server to say.
struct SessionCookie: Sendable {
    private static let name = "vlog_session"
    let isSecure: Bool

    /// The value of `Set-Cookie` that begins a session.
    func value(_ token: String) -> String { "\(SessionCookie.name)=\(token); \(attributes)" }

    /// The value of `Set-Cookie` that makes the browser forget it.
    var ending: String { "\(SessionCookie.name)=; Max-Age=0; \(attributes)" }

    static func token(in request: Request) -> String? { request.cookies[name]?.value }

    private var attributes: String { "Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "") }
}
