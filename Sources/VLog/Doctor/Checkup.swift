import Foundation
import Logging
import Postgres
import PrivatePostgres
import Redis
import SystemPackage
import Transcoding
import VLogCore

/// Looks at everything that VLog needs of a machine, by using it where that is possible.
struct Checkup {
    private static let leastFree: Int64 = 5 << 30
    let folder: DataFolder
    let environment: [String: String]

    /// All findings, in the order in which one would mend them.
    func findings() async -> [Finding] {
        var all = [Finding(name: "vlog", verdict: .good, found: "version \(productVersion)")]
        all += await media()
        all.append(disk())
        all.append(await database())
        if let url = environment["VLOG_REDIS_URL"], !url.isEmpty {
            all.append(await RedisCheck(url: url, files: RedisTLSFiles(environment: environment)).finding())
        }
        if let cluster = await ClusterCheck(environment: environment).finding() { all.append(cluster) }
        all.append(await server())
        return all
    }

    private func media() async -> [Finding] {
        let tools: MediaTools
        do {
            tools = try MediaTools.locate()
        } catch {
            return [Finding(name: "ffmpeg", verdict: .mend, found: "\(error)", remedy: "apt-get install ffmpeg")]
        }
        do {
            let version = try await tools.version()
            let encoders = try await tools.encoders()
            let report = try await EncoderSurvey(tools: tools).run()
            return [
                Finding(name: "ffmpeg", verdict: .good, found: "\(version) at \(tools.ffmpeg)"), encoding(encoders),
            ] + AcceleratorCheck(report: report).findings
        } catch {
            return [
                Finding(
                    name: "ffmpeg",
                    verdict: .mend,
                    found: "\(tools.ffmpeg) does not run: \(error)",
                    remedy: "apt-get install --reinstall ffmpeg"
                )
            ]
        }
    }

    private func encoding(_ encoders: Set<String>) -> Finding {
        let needed = ["libx264", "aac"].filter { !encoders.contains($0) }
        guard needed.isEmpty else {
            return Finding(
                name: "encoders",
                verdict: .mend,
                found: "this ffmpeg lacks \(needed.joined(separator: " and "))",
                remedy: "install a build of ffmpeg with them, and name it in VLOG_FFMPEG and VLOG_FFPROBE"
            )
        }
        return Finding(name: "encoders", verdict: .good, found: "libx264 and aac are in this build")
    }

    private func disk() -> Finding {
        var place = folder.path
        while access(place.string, F_OK) != 0, place.removeLastComponent() {}
        var facts = statvfs()
        guard statvfs(place.string, &facts) == 0 else {
            return Finding(
                name: "disk",
                verdict: .mend,
                found: "\(place) cannot be looked at",
                remedy: "check the path"
            )
        }
        let free = Int64(facts.f_bavail) * Int64(facts.f_frsize)
        let text = "\(TextFormat.bytes(free)) free for \(folder.path)"
        guard access(place.string, W_OK) == 0 else {
            return Finding(
                name: "disk",
                verdict: .mend,
                found: "\(place) is not writable for this user",
                remedy: "run as its owner, or choose another folder with --data-dir or VLOG_DATA_DIR"
            )
        }
        guard free >= Checkup.leastFree else {
            return Finding(
                name: "disk",
                verdict: .note,
                found: text,
                remedy: "a video needs about three times its size; make room, or choose another folder"
            )
        }
        return Finding(name: "disk", verdict: .good, found: text)
    }

    private func database() async -> Finding {
        if let url = environment["VLOG_DATABASE_URL"], !url.isEmpty { return await database(at: url) }
        do {
            let version = try await PrivatePostgres.installedVersion()
            return Finding(name: "PostgreSQL", verdict: .good, found: "version \(version), run privately by `vlog up`")
        } catch {
            return Finding(
                name: "PostgreSQL",
                verdict: .mend,
                found: "\(error)",
                remedy: "apt-get install postgresql, or name a server in VLOG_DATABASE_URL"
            )
        }
    }

    private func database(at url: String) async -> Finding {
        let pool = PostgresPool(
            configuration: PostgresConfiguration(url: url),
            maximumConnections: 1,
            waitLimit: .seconds(5),
            logger: Logger(label: "vlog") { _ in SwiftLogNoOpLogHandler() }
        )
        do {
            let rows = try await pool.query("SELECT current_setting('server_version') AS version")
            let version = try rows.first?.decode("version", as: String.self) ?? "unknown"
            return Finding(name: "PostgreSQL", verdict: .good, found: "version \(version) answers at VLOG_DATABASE_URL")
        } catch {
            return Finding(
                name: "PostgreSQL",
                verdict: .mend,
                found: "\(error)",
                remedy: "check VLOG_DATABASE_URL, and that the server runs and lets this user in"
            )
        }
    }

    private func server() async -> Finding {
        let client = AdminClient(
            url: environment["VLOG_ADMIN_URL"] ?? ClientOptions.defaultURL,
            secret: environment["VLOG_ADMIN_API_SECRET"] ?? (try? folder.adminSecret())
        )
        do {
            let total = try await client.videos(VideoListing(limit: 1)).total
            return Finding(name: "server", verdict: .good, found: "answers; \(total) videos")
        } catch let error as ClientError where error.code == .unreachable {
            return Finding(name: "server", verdict: .note, found: "not running here", remedy: "`vlog up` starts it")
        } catch {
            return Finding(name: "server", verdict: .note, found: "\(error)", remedy: "set VLOG_ADMIN_API_SECRET")
        }
    }
}
