import Foundation

/// The device files of graphics cards under `/dev/dri`.
package enum RenderNode {
    /// Where the first one is.
    package static let usual = "/dev/dri/renderD128"

    struct Node: Sendable, Equatable {
        let path: String
        /// PCI vendor, for example `0x8086`; empty when the system does not say.
        let vendor: String
        /// PCI device.
        let device: String
    }

    /// All there are, by name.
    static var all: [Node] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/dri")) ?? []
        return names.filter { $0.hasPrefix("renderD") }.sorted().map { name in
            Node(path: "/dev/dri/\(name)", vendor: fact("vendor", of: name), device: fact("device", of: name))
        }
    }

    /// Intel's, else AMD's, else the first; the usual path when there is none.
    static func preferred(_ nodes: [Node]) -> String {
        let chosen = ["0x8086", "0x1002"].lazy.compactMap { vendor in nodes.first { $0.vendor == vendor } }.first
        return (chosen ?? nodes.first)?.path ?? usual
    }

    private static func fact(_ name: String, of node: String) -> String {
        let text = try? String(contentsOfFile: "/sys/class/drm/\(node)/device/\(name)", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }
}
