import ClusterResources
import Foundation
import HTTPTypes
import Hummingbird
import Kubernetes
import Logging
import NIOCore
import NIOSSL
import Observability

/// The external metrics API, version v1beta1 (k8s.io/metrics), as far as autoscalers use it: what it has, and the value of a
/// metric in a namespace, one for each pool that a label selector chooses.
struct ExternalMetricsRoutes: Sendable {
    static let group = "external.metrics.k8s.io"
    static let version = "v1beta1"

    let proxy: FrontProxy
    let decisions: AccessDecisions
    let workers: ObjectStore<VLogWorker>

    func router() -> Router<ExternalMetricsContext> {
        let router = Router(context: ExternalMetricsContext.self)
        let root = "apis/\(Self.group)/\(Self.version)"
        router.get(RouterPath(root)) { request, context in
            // What there is, is no secret, and the API server asks for it in a name that nobody gives rights to. Without an answer
            // it takes the group for broken, and no namespace of the cluster could be deleted any more.
            await answer(request, context, to: nil) { Self.resources }
        }
        router.get(RouterPath("\(root)/namespaces/:namespace/:metric")) { request, context in
            let namespace = try context.parameters.require("namespace")
            let metric = try context.parameters.require("metric")
            let action = SubjectAccessReview.ResourceAttributes(
                namespace: namespace,
                verb: "list",
                group: Self.group,
                version: Self.version,
                resource: metric
            )
            return await answer(request, context, to: action) {
                try values(
                    of: metric,
                    in: namespace,
                    selector: request.uri.queryParameters["labelSelector"].map { "\($0)" }
                )
            }
        }
        return router
    }

    /// The body's JSON, once it is known that whoever asks may: anybody whom the API server names, where no action is given.
    private func answer(
        _ request: Request,
        _ context: ExternalMetricsContext,
        to action: SubjectAccessReview.ResourceAttributes?,
        _ body: () throws -> some Encodable
    ) async -> Response {
        do {
            guard let caller = try await context.peerCertificate(), proxy.isTrusted(der: caller),
                let subject = proxy.subject(of: request.headers)
            else { throw Refusal(.unauthorized, "Unauthorized", "only the API server may ask, for a user") }
            if let action {
                guard try await decisions.isAllowed(subject, action) else {
                    throw Refusal(.forbidden, "Forbidden", "\(subject.user) may not read this")
                }
            }
            return try Self.json(body(), status: .ok)
        } catch let refusal as Refusal {
            return refusal.response
        } catch {
            context.logger.warning("external metric not told", metadata: ["error": "\(error)"])
            return Refusal(.serviceUnavailable, "ServiceUnavailable", "the API server does not say who may ask")
                .response
        }
    }

    private func values(of metric: String, in namespace: String, selector text: String?) throws -> MetricValues {
        guard metric == MetricName.demand.rawValue else {
            throw Refusal(
                .notFound,
                "NotFound",
                "there is no metric '\(metric)'; there is \(MetricName.demand.rawValue)"
            )
        }
        guard let selector = LabelSelectorText(text ?? "") else {
            throw Refusal(.badRequest, "BadRequest", "'\(text ?? "")' is no label selector")
        }
        // What pools of `mode: Pull` are asked for, their server knows alone.
        let pools = workers.objects(in: namespace).filter {
            $0.spec.mode == .job && $0.metadata.deletionTimestamp == nil
        }
        .sorted { $0.metadata.name < $1.metadata.name }
        let now = Date()
        return MetricValues(
            items: pools.compactMap { pool in
                let labels = ["namespace": namespace, "worker": pool.metadata.name]
                guard selector.matches(labels) else { return nil }
                let demand = (pool.status?.active ?? 0) + (pool.status?.waiting ?? 0)
                return MetricValues.Item(metricName: metric, metricLabels: labels, timestamp: now, value: "\(demand)")
            }
        )
    }

    private static let resources = ResourceNames(
        groupVersion: "\(group)/\(version)",
        resources: [ResourceNames.Item(name: MetricName.demand.rawValue)]
    )

    fileprivate static func json(_ body: some Encodable, status: HTTPResponse.Status) throws -> Response {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(body)))
        )
    }
}

/// A request, and the connection that it came on.
struct ExternalMetricsContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Of whoever sends, in DER; the TLS layer has checked who signed it.
    func peerCertificate() async throws -> [UInt8]? {
        try await channel.nioSSL_peerCertificate().get()?.toDERBytes()
    }
}

/// A metav1.Status, as clients of Kubernetes expect it.
private struct Refusal: Error {
    let status: HTTPResponse.Status
    let reason: String
    let message: String

    init(_ status: HTTPResponse.Status, _ reason: String, _ message: String) {
        self.status = status
        self.reason = reason
        self.message = message
    }

    private struct Body: Encodable {
        let kind = "Status"
        let apiVersion = "v1"
        let status = "Failure"
        let reason: String
        let message: String
        let code: Int
    }

    var response: Response {
        let body = Body(reason: reason, message: message, code: status.code)
        return (try? ExternalMetricsRoutes.json(body, status: status)) ?? Response(status: status)
    }
}

/// An ExternalMetricValueList.
private struct MetricValues: Encodable {
    struct Item: Encodable {
        let metricName: String
        let metricLabels: [String: String]
        let timestamp: Date
        /// A quantity.
        let value: String
    }

    let kind = "ExternalMetricValueList"
    let apiVersion = "\(ExternalMetricsRoutes.group)/\(ExternalMetricsRoutes.version)"
    let metadata: [String: String] = [:]
    let items: [Item]
}

/// An APIResourceList.
private struct ResourceNames: Encodable {
    struct Item: Encodable {
        let name: String
        let singularName = ""
        let namespaced = true
        let kind = "ExternalMetricValueList"
        let verbs = ["get"]
    }

    let kind = "APIResourceList"
    let apiVersion = "v1"
    let groupVersion: String
    let resources: [Item]
}
