import AsyncHTTPClient
import Foundation
import Kubernetes
import NIOCore
import NIOHTTP1
import VLogCore

/// Asks runner pods how far they are.
struct RunnerProgressClient: Sendable {
    private static let longestAnswer = 64 << 10

    let http: HTTPClient

    /// nil when the pod does not answer, as in its first seconds or from outside the cluster's network: progress is
    /// nothing that anything depends on.
    func progress(of pod: Pod) async -> RunnerProgress? {
        guard let address = pod.status?.podIP, !address.isEmpty else { return nil }
        let host = address.contains(":") ? "[\(address)]" : address
        let request = HTTPClientRequest(url: "http://\(host):\(RunnerPod.healthPort)/progress")
        do {
            let response = try await http.execute(request, timeout: .seconds(2))
            guard response.status == .ok else { return nil }
            let body = try await response.body.collect(upTo: Self.longestAnswer)
            return try JSONCoding.decoder().decode(RunnerProgress.self, from: Data(body.readableBytesView))
        } catch {
            return nil
        }
    }
}
