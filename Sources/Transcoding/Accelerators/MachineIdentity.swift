import Foundation
import Glibc
import VLogCore

/// What a survey's result depends on: while none of it changes, it needs no repeating.
struct MachineIdentity: Sendable, Equatable {
    let text: String

    init(ffmpeg: String, nodes: [RenderNode.Node], environment: [String: String]) {
        var groups = [gid_t](repeating: 0, count: 64)
        let count = getgroups(Int32(groups.count), &groups)
        let cards = nodes.map { "\($0.path) \($0.vendor) \($0.device)" }
        let devices = (try? FileManager.default.contentsOfDirectory(atPath: "/dev")) ?? []
        let driver = try? String(contentsOfFile: "/proc/driver/nvidia/version", encoding: .utf8)
        let variables = ["CUDA_VISIBLE_DEVICES", "LIBVA_DRIVER_NAME", "LD_LIBRARY_PATH", "NVIDIA_VISIBLE_DEVICES"]
        let facts =
            [productVersion, ffmpeg, "user \(getuid()) \(getgid()) \(groups.prefix(max(0, Int(count))).sorted())"]
            + cards + devices.filter { $0.hasPrefix("nvidia") }.sorted() + [driver ?? "no NVIDIA driver"]
            + variables.compactMap { name in environment[name].map { "\(name)=\($0)" } }
        text = facts.joined(separator: "\n")
    }
}

/// What the system says of NVIDIA's cards.
enum NVIDIACards {
    /// How many encoders GeForce cards run at once, all cards of a machine together, since January 2024 (NVIDIA's
    /// "Video Encode and Decode GPU Support Matrix"). Others are bounded by their memory.
    static let sessionsOfGeForce = 8

    /// For example `NVIDIA GeForce RTX 3060`.
    static var models: [String] {
        let root = "/proc/driver/nvidia/gpus"
        let cards = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return cards.sorted().compactMap { card in
            let facts = try? String(contentsOfFile: "\(root)/\(card)/information", encoding: .utf8)
            return facts.flatMap(model)
        }
    }

    static func sessionLimit(_ models: [String]) -> Int? {
        models.contains { $0.contains("GeForce") } ? sessionsOfGeForce : nil
    }

    /// Reads the line `Model: NVIDIA GeForce RTX 3060`.
    static func model(_ facts: String) -> String? {
        let line = facts.split(separator: "\n").first { $0.hasPrefix("Model:") }
        return line.map { $0.dropFirst(6).trimmingCharacters(in: .whitespaces) }
    }
}
