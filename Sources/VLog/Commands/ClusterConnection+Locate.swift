import Foundation
import Kubernetes
import SystemPackage

extension ClusterConnection {
    /// The way that the options name; else the pod's own, or the kubeconfig's, as kubectl takes it.
    static func locate(
        kubeconfig: String? = nil,
        context: String? = nil,
        _ environment: [String: String]
    ) throws -> ClusterConnection {
        if kubeconfig == nil, context == nil, let pod = try ClusterConnection.inCluster(environment) { return pod }
        let home = environment["HOME"] ?? "/root"
        let path = DataFolder.absolute(kubeconfig ?? environment["KUBECONFIG"] ?? "\(home)/.kube/config")
        guard let text = try? String(contentsOfFile: path.string, encoding: .utf8) else {
            throw StartError("This is no pod, and the kubeconfig \(path) cannot be read; KUBECONFIG names another.")
        }
        return try Kubeconfig(yaml: text)
            .connection(context: context, folder: path.removingLastComponent().string)
    }
}
