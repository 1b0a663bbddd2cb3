import AsyncHTTPClient
import Foundation
import Kubernetes
import KubernetesTestSupport
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing
import X509

@testable import ClusterResources
@testable import Operator

/// `external.metrics.k8s.io`, asked over TLS as an API server's aggregation layer asks.
@Suite(.timeLimit(.minutes(1))) struct ExternalMetricsTests {
    private static let values = "apis/external.metrics.k8s.io/v1beta1/namespaces/media/vlog_operator_demand"
    private static let autoscaler = "system:serviceaccount:kube-system:horizontal-pod-autoscaler"

    @Test func anAutoscalerReadsTheQueueOfItsPool() async throws {
        try await withService { service in
            let caller = try service.authority.client(named: "front-proxy-client")
            let one = try await service.get("\(Self.values)?labelSelector=worker%3Dnvidia", as: caller)
            #expect(one.status == 200)
            #expect(one.body.kind == "ExternalMetricValueList")
            #expect(one.values == ["nvidia": "7"])
            // Pools that ask a server for work are not on it: what waits for them is not in the cluster.
            let all = try await service.get(Self.values, as: caller)
            #expect(all.values == ["cpu": "0", "nvidia": "7"])
            let elsewhere = Self.values.replacing("media", with: "other")
            #expect(try await service.get(elsewhere, as: caller).values == [:])
            // The API server asks what there is, as a user without groups and rights.
            let names = try await service.get(
                "apis/external.metrics.k8s.io/v1beta1",
                as: caller,
                user: "system:kube-aggregator",
                groups: []
            )
            #expect(names.status == 200)
            #expect(names.body.groupVersion == "external.metrics.k8s.io/v1beta1")
        }
    }

    @Test func onlyTheAPIServerIsListenedTo() async throws {
        try await withService { service in
            let proxy = try service.authority.client(named: "front-proxy-client")
            let other = try service.authority.client(named: "somebody-else")
            let stranger = try TestAuthority().client(named: "front-proxy-client")
            await #expect(throws: (any Error).self) { try await service.get(Self.values, as: nil) }
            await #expect(throws: (any Error).self) { try await service.get(Self.values, as: stranger) }
            #expect(try await service.get(Self.values, as: other).status == 401)
            #expect(try await service.get(Self.values, as: proxy, user: nil).status == 401)
            #expect(try await service.get(Self.values, as: proxy, user: "eve").status == 403)
            #expect(try await service.get("\(Self.values)?labelSelector=%3D", as: proxy).status == 400)
            #expect(try await service.get("\(Self.values)s", as: proxy).status == 404)
            // Whoever may read one may not guess at others.
            #expect(try await service.get("\(Self.values)s", as: proxy, user: "eve").status == 403)
        }
    }

    @Test func whoeverCannotBeJudgedIsRefused() async throws {
        try await withService { service in
            let proxy = try service.authority.client(named: "front-proxy-client")
            service.server.setFault { $0.plural == "subjectaccessreviews" ? .status(500) : nil }
            #expect(try await service.get(Self.values, as: proxy).status == 503)
            #expect(
                try await service.get(Self.values, as: proxy, user: "root", groups: ["system:masters"]).status == 200
            )
        }
    }

    @Test func severalOperatorsShareOneCertificate() async throws {
        try await withCluster { _, client, _ in
            let services = (0..<3).map { _ in ListeningService(client) }
            await withTaskGroup(of: Void.self) { group in
                for service in services { group.addTask { await service.run() } }
                for service in services { _ = await service.port() }
                group.cancelAll()
            }
            let secret = try await client.send(KubernetesRequest<Secret>.get(ListeningService.secret))
            let published = try await client.send(KubernetesRequest<APIService>.get(ListeningService.apiService))
            #expect(published.spec.caBundle == secret.data?["tls.crt"])
        }
    }

    @Test func anOldCertificateIsReplacedAndTrustedForAWhile() async throws {
        try await withCluster { _, client, _ in
            let name = ExternalMetricsConfiguration(namespace: "vlog").serverName
            let old = try ServingCertificate.make(name: name, now: Date() - 300 * 86_400)
            #expect(!old.isGood(for: name, now: Date()))
            let data = ["tls.crt": Data(old.certificate.utf8), "tls.key": Data(old.key.utf8)]
            try await ListeningService.setSecret(data, client)
            let service = ListeningService(client)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await service.run() }
                _ = await service.port()
                group.cancelAll()
            }
            let secret = try await client.send(KubernetesRequest<Secret>.get(ListeningService.secret))
            let published = try await client.send(KubernetesRequest<APIService>.get(ListeningService.apiService))
            let new = try #require(secret.text("tls.crt"))
            #expect(new != old.certificate)
            #expect(published.spec.caBundle == Data((new + old.certificate).utf8))
        }
    }

    @Test func whatIsTakenBackIsPutThereAgain() async throws {
        try await withCluster { _, client, authority in
            let service = ListeningService(client, interval: .milliseconds(50))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await service.run() }
                let first = await service.port()
                // An installer that knows of no bundle.
                let bare = ["spec": ["caBundle": JSONValue.null]]
                _ = try await client.send(
                    KubernetesRequest<APIService>.patch(ListeningService.apiService, bare, manager: "helm")
                )
                while try await client.send(KubernetesRequest<APIService>.get(ListeningService.apiService)).spec
                    .caBundle
                    == nil
                {
                    // Nothing tells of it; the test's time limit ends the wait.
                    try await Task.sleep(for: .milliseconds(20))
                }
                // A certificate that is no good makes it listen anew.
                try await ListeningService.setSecret([:], client)
                let second = await service.port()
                #expect(first > 0 && second > 0)
                let caller = try authority.client(named: "front-proxy-client")
                let asked = ServiceUnderTest(port: second, server: FakeAPIServer(), authority: authority)
                #expect(try await asked.get("apis/external.metrics.k8s.io/v1beta1", as: caller).status == 200)
                group.cancelAll()
            }
        }
    }

    // MARK: - Set-up

    /// With an API server that passes requests on, and the autoscaler allowed to read.
    private func withCluster(
        _ body: @escaping @Sendable (FakeAPIServer, KubernetesClient, TestAuthority) async throws -> Void
    ) async throws {
        let server = FakeAPIServer()
        let authority = try TestAuthority()
        server.setPermission { spec in
            spec.user == Self.autoscaler && spec.resourceAttributes.verb == "list"
        }
        try await server.run { connection in
            try await KubernetesClient.with(connection, userAgent: "test") { client in
                let data = [
                    "requestheader-client-ca-file": authority.certificate,
                    "requestheader-allowed-names": #"["front-proxy-client"]"#,
                    "requestheader-username-headers": #"["X-Remote-User"]"#,
                    "requestheader-group-headers": #"["X-Remote-Group"]"#,
                    "requestheader-extra-headers-prefix": #"["X-Remote-Extra-"]"#,
                ]
                let metadata = ObjectMeta(name: FrontProxy.configMap.name, namespace: FrontProxy.configMap.namespace)
                _ = try await client.send(.create(ConfigMap(metadata: metadata, data: data)))
                let secret = ListeningService.secret
                let empty = Secret(metadata: ObjectMeta(name: secret.name, namespace: secret.namespace), data: [:])
                _ = try await client.send(.create(empty))
                let service = ObjectMeta(name: ListeningService.apiService.name)
                _ = try await client.send(
                    .create(APIService(metadata: service, spec: APIService.Spec(caBundle: nil)))
                )
                try await body(server, client, authority)
            }
        }
    }

    private func withService(_ body: @escaping @Sendable (ServiceUnderTest) async throws -> Void) async throws {
        try await withCluster { server, client, authority in
            let service = ListeningService(client)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await service.run() }
                try await body(ServiceUnderTest(port: await service.port(), server: server, authority: authority))
                group.cancelAll()
            }
        }
    }
}

/// The service, with three pools of which one has seven jobs, on a port that it tells.
private struct ListeningService: Sendable {
    static let secret = ObjectKey(namespace: "vlog", name: "vlog-operator-serving")
    static let apiService = ObjectKey(namespace: "", name: "v1beta1.external.metrics.k8s.io")

    private let service: ExternalMetricsService
    private let ports: AsyncStream<Int>

    init(_ client: KubernetesClient, interval: Duration = .seconds(60)) {
        let workers = ObjectStore<VLogWorker> { [$0.key.namespace] }
        var busy = VLogWorkerStatus()
        (busy.active, busy.waiting) = (2, 5)
        workers.put(Fixture.pool("nvidia") { $0.status = busy })
        workers.put(Fixture.pool("cpu") { $0.status = VLogWorkerStatus() })
        workers.put(Fixture.pool("fleet") { $0.spec.mode = .pull })
        var configuration = ExternalMetricsConfiguration(port: 0, namespace: "vlog")
        configuration.interval = interval
        let (ports, announce) = AsyncStream<Int>.makeStream()
        self.ports = ports
        service = ExternalMetricsService(
            configuration: configuration,
            workers: workers,
            client: client,
            onListening: { announce.yield($0) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Until the task is cancelled.
    func run() async { try? await service.run() }

    static func setSecret(_ data: [String: Data], _ client: KubernetesClient) async throws {
        var secret: Secret = try await client.send(.get(Self.secret))
        secret.data = data
        _ = try await client.send(.replace(secret))
    }

    /// Of the next listener.
    func port() async -> Int { await ports.first { _ in true } ?? 0 }
}

/// Where the service listens, and who may call it.
private struct ServiceUnderTest: Sendable {
    /// A list of values, of resources, or a status.
    struct Body: Decodable {
        struct Item: Decodable {
            let metricLabels: [String: String]
            let value: String
        }

        let kind: String
        let groupVersion: String?
        let items: [Item]?
    }

    struct Answer {
        let status: UInt
        let body: Body

        /// By pool.
        var values: [String: String]? {
            body.items.map { Dictionary($0.map { ($0.metricLabels["worker"] ?? "", $0.value) }) { first, _ in first } }
        }
    }

    let port: Int
    let server: FakeAPIServer
    let authority: TestAuthority

    func get(
        _ path: String,
        as caller: (certificate: String, key: String)?,
        user: String? = "system:serviceaccount:kube-system:horizontal-pod-autoscaler",
        groups: [String] = ["system:authenticated"]
    ) async throws -> Answer {
        var tls = TLSConfiguration.makeClientConfiguration()
        // Whether the server's certificate is the published one, the tests of certificates say.
        tls.certificateVerification = .none
        if let caller {
            tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(caller.certificate.utf8))
                .map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(caller.key.utf8), format: .pem))
        }
        return try await HTTPClient.withHTTPClient(configuration: HTTPClient.Configuration(tlsConfiguration: tls)) {
            http in
            var request = HTTPClientRequest(url: "https://127.0.0.1:\(port)/\(path)")
            if let user { request.headers.add(name: "X-Remote-User", value: user) }
            for group in groups { request.headers.add(name: "X-Remote-Group", value: group) }
            let response = try await http.execute(request, timeout: .seconds(20))
            let body = try await response.body.collect(upTo: 1 << 20)
            return Answer(
                status: response.status.code,
                body: try JSONDecoder().decode(Body.self, from: Data(body.readableBytesView))
            )
        }
    }
}
