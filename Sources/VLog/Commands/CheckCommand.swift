import ArgumentParser
import AsyncHTTPClient
import Packaging

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold HLS and DASH output, of VLog or of any other packager, against the standards.",
        discussion: """
            Reads playlists, manifests and every file that they name, and reports each rule that is broken, where, and \
            which document makes it. An address is followed within its own origin only.

            Exit status: 0 when no rule is broken that must hold; 1 when one is; 2 when there is nothing to check.
            """
    )

    @Argument(help: "A folder, a playlist or manifest in one, or the address of one (https://…/master.m3u8).")
    var target: String

    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() async throws {
        let report: ConformanceReport
        do {
            report = try await makeReport()
        } catch {
            StandardError.write("error: \(TextFormat.plain("\(target): \(error)"))\n")
            throw ExitCode(2)
        }
        if json {
            try StandardOutput.writeJSON(report)
        } else {
            StandardOutput.write(report.text)
        }
        switch report.verdict {
        case .conforms: return
        case .fails: throw ExitCode(1)
        case .nothingToCheck: throw ExitCode(2)
        }
    }

    private func makeReport() async throws -> ConformanceReport {
        switch CheckTarget(target) {
        case .folder(let path): return try await Self.report(FolderFiles(path), [])
        case .file(let name, let folder):
            return try await Self.report(FolderFiles(folder), [name].compactMap(MediaPath.init))
        case .web(let origin, let entries):
            return try await HTTPClient.withHTTPClient(configuration: WebFiles.configuration) { client in
                let files = WebFiles(origin: origin, client: client)
                return try await Self.report(files, try await Self.existing(entries, files))
            }
        }
    }

    private static func report(_ files: some MediaFiles, _ entries: [MediaPath]) async throws -> ConformanceReport {
        var checker = ConformanceChecker(files: files)
        return try await checker.check(entries)
    }

    /// Of several addresses those that answer; one alone has to.
    private static func existing(_ addresses: [String], _ files: WebFiles) async throws -> [MediaPath] {
        var found: [MediaPath] = []
        for address in addresses {
            guard let path = MediaPath(uri: address, origin: files.origin) else {
                throw MediaFileError.unreadable("not an address of a file")
            }
            if try await files.exists(path) { found.append(path) }
        }
        guard !found.isEmpty else { throw MediaFileError.missing }
        return found
    }
}
