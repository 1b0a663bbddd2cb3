import Catalog
import Crypto
import Egress
import Foundation
import Logging
import Metrics
import Observability
import ServiceLifecycle
import Synchronization
import VLogCore

/// Where alerts are sent, and how many at most.
package struct AlertConfiguration: Sendable {
    /// An address that the administrator chose, which may therefore be on a private network.
    package var url: String
    /// With it, `X-VLog-Signature: sha256=…` carries the HMAC-SHA256 of the body in lower-case hexadecimal.
    package var secret: String?
    /// The shortest time between two alerts of a kind.
    package var interval: Duration = .seconds(300)

    package init(url: String) { self.url = url }
}

/// Tells a webhook about lost runners, failed attempts and failed videos. It never holds up what it tells about: what
/// cannot be sent in a few tries is dropped, and counted.
package final class AlertService: Service {
    private static let pauses: [Duration] = [.seconds(1), .seconds(5)]

    private struct State {
        var limiter: AlertLimiter
        /// Let through, not sent yet: at most one of a kind per interval.
        var outbox: [Alert] = []
    }

    private let configuration: AlertConfiguration?
    private let jobs: JobQueries
    private let client = EgressClient(rule: .any)
    private let logger: Logger
    private let state: Mutex<State>
    private let bell = Doorbell()

    package init(_ configuration: AlertConfiguration?, jobs: JobQueries, logger: Logger) {
        self.configuration = configuration
        self.jobs = jobs
        self.logger = logger
        state = Mutex(State(limiter: AlertLimiter(interval: configuration?.interval ?? .zero)))
    }

    /// The attempts of these jobs have just ended without a result.
    func noteEnded(_ ended: [JobID], lostLease: Bool = false) async {
        guard configuration != nil, !ended.isEmpty else { return }
        do {
            let alerts = try await jobs.accounts(of: ended).compactMap { Alert($0, lostLease: lostLease) }
            state.withLock { state in state.outbox += alerts.compactMap { state.limiter.admit($0, at: .now) } }
            bell.ring()
        } catch {
            logger.warning("no alert, the job could not be read", metadata: ["error": "\(error)"])
        }
    }

    /// Sends until the server stops.
    package func run() async throws {
        guard let configuration else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let count = self.bell.count
                let due = self.state.withLock { state in
                    defer { state.outbox = [] }
                    return state.outbox + state.limiter.due(at: .now)
                }
                for alert in due { await self.send(alert, configuration) }
                let next = self.state.withLock { $0.limiter.nextDue }
                await self.bell.wait(since: count, until: next ?? .now + .seconds(3600))
            }
        }
    }

    private func send(_ alert: Alert, _ configuration: AlertConfiguration) async {
        do {
            let request = try request(alert, configuration)
            for pause in Self.pauses {
                if try await isTaken(request) { return record(alert, "sent") }
                try await Task.sleep(for: pause)
            }
            record(alert, try await isTaken(request) ? "sent" : "dropped")
        } catch is CancellationError {
            // The server stops.
        } catch {
            logger.warning("alert not sent", metadata: ["event": "\(alert.event.rawValue)", "error": "\(error)"])
            record(alert, "dropped")
        }
    }

    /// Throws what another try would not change.
    private func isTaken(_ request: EgressRequest) async throws -> Bool {
        let reason: String
        do {
            let response = try await client.send(request)
            switch response.status {
            case 200..<300: return true
            case 408, 429, 500...: reason = "the webhook answered \(response.status)"
            default: throw Refusal(status: response.status)
            }
        } catch let error as EgressError where error.isRetryable {
            reason = error.message
        }
        logger.warning("alert not taken", metadata: ["error": "\(reason)"])
        return false
    }

    private struct Refusal: Error, CustomStringConvertible {
        let status: Int
        var description: String { "the webhook answered \(status)" }
    }

    private func request(_ alert: Alert, _ configuration: AlertConfiguration) throws -> EgressRequest {
        var request = EgressRequest(url: configuration.url)
        request.method = .post
        request.body = try JSONCoding.bytes(of: alert)
        request.headers = [("Content-Type", "application/json"), ("X-VLog-Event", alert.event.rawValue)]
        request.timeLimit = .seconds(10)
        if let secret = configuration.secret {
            let code = HMAC<SHA256>.authenticationCode(for: request.body, using: SymmetricKey(data: Data(secret.utf8)))
            let hexadecimal = code.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
            request.headers.append(("X-VLog-Signature", "sha256=\(hexadecimal)"))
        }
        return request
    }

    private func record(_ alert: Alert, _ outcome: String) {
        Counter(
            label: MetricName.alerts.rawValue,
            dimensions: [("event", alert.event.rawValue), ("outcome", outcome)]
        ).increment()
    }
}
