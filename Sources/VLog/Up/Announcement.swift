import APIServer
import Synchronization

/// What `vlog up` prints, once, when all three servers listen.
final class Announcement: Sendable {
    private let text: String
    private let missing: Mutex<Int>

    init(configuration: ServerConfiguration, folder: DataFolder, password: String?) {
        var lines = [
            "",
            "VLog is running.",
            "",
            "  watch      \(configuration.publicAddress.localURL)",
            "  upload     \(configuration.adminAddress.localURL)",
            "  runners    \(configuration.workerAddress.localURL)",
        ]
        if let password {
            lines += [
                "",
                "  password   \(password)",
                "             Shown this once; change it in the admin site or with `vlog password`.",
            ]
        }
        lines += ["", "  data       \(folder.path)"]
        if let inbox = configuration.watchFolder { lines.append("  inbox      \(inbox.path)") }
        lines += ["", "Ctrl-C stops it.", ""]
        text = lines.joined(separator: "\n") + "\n"
        missing = Mutex(ServerRole.allCases.count)
    }

    /// Called by each server when it listens.
    func serverRuns() {
        let left = missing.withLock { missing in
            missing -= 1
            return missing
        }
        if left == 0 { StandardOutput.write(text) }
    }
}
