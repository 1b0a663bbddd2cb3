import ClusterResources
import Foundation
import Hummingbird
import HummingbirdTLS
import Kubernetes
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import X509

/// Serves `external.metrics.k8s.io` to the API server's aggregation layer, with which a HorizontalPodAutoscaler follows the queue
/// in a cluster that has no adapter for it. Its certificate, and whom it trusts, are looked at again from time to time; when they
/// have changed it listens anew.
struct ExternalMetricsService: Sendable {
    private static let apiService = ObjectKey(
        namespace: "",
        name: "\(ExternalMetricsRoutes.version).\(ExternalMetricsRoutes.group)"
    )

    /// What a listener is made of.
    private struct Terms: Equatable {
        let certificate: ServingCertificate
        let proxy: FrontProxy
    }

    private let configuration: ExternalMetricsConfiguration
    private let workers: ObjectStore<VLogWorker>
    private let client: KubernetesClient
    private let decisions: AccessDecisions
    /// Hears which port is listened on.
    private let onListening: @Sendable (Int) -> Void
    private let logger: Logger

    init(
        configuration: ExternalMetricsConfiguration,
        workers: ObjectStore<VLogWorker>,
        client: KubernetesClient,
        onListening: @escaping @Sendable (Int) -> Void = { _ in },
        logger: Logger
    ) {
        self.configuration = configuration
        self.workers = workers
        self.client = client
        self.onListening = onListening
        self.logger = logger
        decisions = AccessDecisions(client: client)
    }

    /// Until the task is cancelled: jobs go on when this cannot be served, a right or a port being missing, say.
    func run() async throws {
        var backoff = Backoff(first: .seconds(1), ceiling: .seconds(60))
        while true {
            do {
                try await serve(try await terms())
                backoff.reset()
            } catch {
                try Task.checkCancellation()
                logger.error("external metrics not served", metadata: ["error": "\(error)"])
                try await Task.sleep(for: backoff.next())
            }
        }
    }

    /// Returns when other terms hold.
    private func serve(_ terms: Terms) async throws {
        let listener = try listener(terms)
        // Not ours to cancel: a connection that is just being accepted must find its server.
        let serving = Task { try await listener.run() }
        do {
            try await withTaskCancellationHandler {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await serving.value }
                    group.addTask { try await waitForChange(of: terms) }
                    defer { group.cancelAll() }
                    try await group.next()
                    await listener.triggerGracefulShutdown()
                }
            } onCancel: {
                Task { await listener.triggerGracefulShutdown() }
            }
        } catch {
            await listener.triggerGracefulShutdown()
            _ = await serving.result
            throw error
        }
        try await serving.value
    }

    private func waitForChange(of terms: Terms) async throws {
        while true {
            try await Task.sleep(for: configuration.interval)
            do {
                guard try await self.terms() == terms else { return }
            } catch let error as KubernetesError {
                logger.warning("terms of external metrics not read", metadata: ["error": "\(error)"])
            }
        }
    }

    private func listener(_ terms: Terms) throws -> ServiceGroup {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(terms.certificate.certificate.utf8))
                .map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(terms.certificate.key.utf8), format: .pem))
        )
        tls.minimumTLSVersion = .tlsv12
        // Nobody else gets as far as to send a request.
        tls.certificateVerification = .noHostnameVerification
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(terms.proxy.authority.utf8)))
        let routes = ExternalMetricsRoutes(proxy: terms.proxy, decisions: decisions, workers: workers)
        let (logger, onListening) = (logger, onListening)
        let application = Application(
            router: routes.router(),
            server: try .tls(.http1(), tlsConfiguration: tls),
            configuration: ApplicationConfiguration(address: .hostname("0.0.0.0", port: configuration.port)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                logger.info("external metrics served", metadata: ["port": "\(port)"])
                onListening(port)
            },
            logger: logger
        )
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        return ServiceGroup(configuration: configuration)
    }

    // MARK: - Terms

    private func terms() async throws -> Terms {
        let proxy = try FrontProxy(try await client.send(.get(FrontProxy.configMap)))
        let certificate = try await certificate()
        try await publish(certificate)
        return Terms(certificate: certificate, proxy: proxy)
    }

    /// The one in the Secret; a new one when there is none in it, or none that is good. The Secret itself comes with the manifests: who
    /// may make Secrets can make one that holds any token of the namespace. Of several operators that make a certificate at the
    /// same moment, all but one fail here and read it the next time.
    private func certificate() async throws -> ServingCertificate {
        var secret: Secret = try await client.send(
            .get(ObjectKey(namespace: configuration.namespace, name: configuration.secret))
        )
        let found = ServingCertificate(secret)
        if let found, found.isGood(for: configuration.serverName, now: Date()) { return found }
        let made = try ServingCertificate.make(
            name: configuration.serverName,
            replacing: found?.certificate,
            now: Date()
        )
        secret.data = made.data
        _ = try await client.send(.replace(secret))
        logger.info("certificate of external metrics made", metadata: ["name": "\(configuration.serverName)"])
        return made
    }

    /// Has the API server trust the certificate. Whoever takes it back, an installer that knows nothing of it, say, is
    /// contradicted the next time.
    private func publish(_ certificate: ServingCertificate) async throws {
        let bundle = Data(certificate.bundle.utf8)
        let service = try await client.send(KubernetesRequest<APIService>.get(Self.apiService))
        guard service.spec.caBundle != bundle else { return }
        let patch = ["spec": APIService.Spec(caBundle: bundle)]
        _ = try await client.send(
            KubernetesRequest<APIService>.patch(Self.apiService, patch, manager: LabelName.operatorName)
        )
    }
}

extension ServingCertificate {
    private enum Key {
        static let certificate = "tls.crt"
        static let key = "tls.key"
        static let previous = "previous.crt"
    }

    fileprivate init?(_ secret: Secret) {
        guard let certificate = secret.text(Key.certificate), let key = secret.text(Key.key) else { return nil }
        self.init(certificate: certificate, key: key, previous: secret.text(Key.previous))
    }

    fileprivate var data: [String: Data] {
        var data = [Key.certificate: Data(certificate.utf8), Key.key: Data(key.utf8)]
        if let previous { data[Key.previous] = Data(previous.utf8) }
        return data
    }
}
