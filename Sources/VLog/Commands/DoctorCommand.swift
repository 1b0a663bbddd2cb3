import ArgumentParser
import Foundation
import SystemPackage
import VLogCore

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check this machine and say how to mend what is wrong.",
        discussion: "Exit status 0 when everything that is needed works, 1 when something must be mended."
    )

    @Option(help: "The data folder to look at (VLOG_DATA_DIR).")
    var dataDir: String?

    @Flag(help: "Print the findings as JSON.")
    var json = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let folder = dataDir.map(DataFolder.absolute) ?? DataFolder.defaultPath(environment)
        let findings = await Checkup(folder: DataFolder(path: folder), environment: environment).findings()
        if json {
            try StandardOutput.writeJSON(findings)
        } else {
            for finding in findings { StandardOutput.write(finding.text) }
        }
        if findings.contains(where: { $0.verdict == .mend }) { throw ExitCode(1) }
    }
}
