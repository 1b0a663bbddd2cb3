/// The token by which a runner's pod tells a VLog server who it is.
package enum RunnerToken {
    /// What it is good for; a server takes no other.
    package static let audience = "vlog-worker-api"
    /// Seconds; the kubelet renews it when four fifths are over.
    package static let lifetime = 3600
}
