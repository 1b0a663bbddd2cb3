import CCurl
import Foundation

/// Asks addresses that users and administrators give, through libcurl: proxies, CA bundles and redirects work by the
/// variables and rules that administrators know from curl.
///
/// The rule about addresses is applied to each socket before it connects, after the name was resolved and for every
/// redirect; so a name that stands for another address the next moment gains nothing. Where the environment names a
/// proxy, the proxy itself may be anywhere, and it is the proxy that decides what can be reached through it.
package struct EgressClient: Sendable {
    /// Takes the body as it comes, on the thread of the transfer; what it throws ends the transfer.
    package typealias Receiver = @Sendable (UnsafeRawBufferPointer) throws -> Void

    private let rule: AddressRule

    package init(rule: AddressRule) { self.rule = rule }

    /// Sends the request and hands the body of a final answer with status 2xx to `receive`; other bodies are dropped.
    /// Throws `EgressError`, or what `receive` threw.
    package func send(
        _ request: EgressRequest,
        receive: @escaping Receiver = { _ in }
    ) async throws -> EgressResponse {
        let transfer = try Transfer(request, rule: rule, receive: receive)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread { continuation.resume(with: Result { try transfer.perform() }) }
                thread.name = "egress"
                thread.start()
            }
        } onCancel: {
            transfer.cancel()
        }
    }
}
