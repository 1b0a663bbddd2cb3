import Foundation
import Testing

@testable import Kubernetes

@Suite(.timeLimit(.minutes(2))) struct KubeconfigTests {
    private static let yaml = """
        apiVersion: v1
        kind: Config
        clusters:
        - {name: c, cluster: {server: "https://127.0.0.1:6443", certificate-authority-data: Y2E=}}
        users:
        - {name: token, user: {token: t-1}}
        - {name: file, user: {tokenFile: token.txt}}
        - {name: certificate, user: {client-certificate-data: Y2VydA==, client-key-data: a2V5}}
        - {name: plugin, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: bin/login, args: [a],
                                        env: [{name: REGION, value: north}]}}}
        - {name: old, user: {exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: login}}}
        - {name: password, user: {username: me, password: secret}}
        contexts:
        - {name: token, context: {cluster: c, user: token, namespace: media}}
        - {name: file, context: {cluster: c, user: file}}
        - {name: certificate, context: {cluster: c, user: certificate}}
        - {name: plugin, context: {cluster: c, user: plugin}}
        - {name: old, context: {cluster: c, user: old}}
        - {name: password, context: {cluster: c, user: password}}
        current-context: token
        """

    @Test func theCurrentContextIsMeantUnlessAnotherIsNamed() throws {
        let connection = try Kubeconfig(yaml: Self.yaml).connection(folder: "/home/me/.kube")
        #expect(connection.server.absoluteString == "https://127.0.0.1:6443")
        #expect(connection.namespace == "media")
        #expect(connection.authority == Array("ca".utf8))
        guard case .token("t-1") = connection.credential else {
            Issue.record("\(connection.credential)")
            return
        }
    }

    @Test func filesAreTakenFromBesideTheKubeconfig() throws {
        let connection = try Kubeconfig(yaml: Self.yaml).connection(context: "file", folder: "/home/me/.kube")
        guard case .tokenFile("/home/me/.kube/token.txt") = connection.credential else {
            Issue.record("\(connection.credential)")
            return
        }
    }

    @Test func aClientCertificateMayBeWithinIt() throws {
        let connection = try Kubeconfig(yaml: Self.yaml).connection(context: "certificate", folder: "/")
        guard case .certificate(let chain, let key) = connection.credential else {
            Issue.record("\(connection.credential)")
            return
        }
        #expect(chain == Array("cert".utf8))
        #expect(key == Array("key".utf8))
    }

    @Test func aPluginIsTakenFromBesideTheKubeconfig() throws {
        let connection = try Kubeconfig(yaml: Self.yaml).connection(context: "plugin", folder: "/home/me/.kube")
        guard case .plugin(let plugin) = connection.credential else {
            Issue.record("\(connection.credential)")
            return
        }
        #expect(plugin.command == "/home/me/.kube/bin/login")
        #expect(plugin.arguments == ["a"])
        #expect(plugin.environment == ["REGION": "north"])
    }

    @Test(arguments: ["old", "password"]) func aUserThatCannotBeUsedIsNamed(name: String) throws {
        let error = #expect(throws: KubernetesError.self) {
            try Kubeconfig(yaml: Self.yaml).connection(context: name, folder: "/")
        }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("'\(name)'") == true)
    }

    @Test func aCredentialIsNeverPrinted() {
        #expect(!"\(ClusterCredential.token("t-1"))".contains("t-1"))
    }
}
