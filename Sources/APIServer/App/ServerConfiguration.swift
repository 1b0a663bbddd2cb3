import Postgres
import Redis
import SystemPackage
import VLogCore

/// Everything about the server that an admin chooses before it starts.
package struct ServerConfiguration: Sendable {
    package var database: PostgresConfiguration
    /// Carries jobs and updates between servers when there is one; without, the database does.
    package var redis: RedisConfiguration?
    /// The root of the storage tree: `uploads/`, `videos/`, `archive/`, `backups/`.
    package var storageRoot: FilePath
    /// The folder with `public/`, `admin/` and `shared/`.
    package var webRoot: FilePath
    /// What `X-Admin-Secret` must be; without one, that header opens nothing.
    package var adminSecret: String?
    /// What opens `/api/metrics` of the Worker API; without one, nothing does.
    package var metricsToken: String?
    package var publicAddress = ListenAddress(port: 9000)
    package var adminAddress = ListenAddress(port: 9001)
    package var workerAddress = ListenAddress(port: 9002)
    /// Origins besides its own from which the admin pages may be used, for example `https://vlog.example`.
    package var allowedOrigins: Set<String> = []
    /// Marks the session cookie `Secure`; for servers behind TLS.
    package var secureCookies = false
    /// What is made of an upload.
    package var profile = TranscodeProfile()
    package var limits = ServerLimits()
    /// Files that are put there become videos; nil watches no folder.
    package var watchFolder: WatchFolderConfiguration?
    /// Where jobs are handed to Kubernetes; nil leaves all of them to runners that ask.
    package var cluster: ClusterConfiguration?
    /// Who is told about failures; nil tells nobody.
    package var alerts: AlertConfiguration?

    package init(
        database: PostgresConfiguration,
        storageRoot: FilePath,
        webRoot: FilePath,
        adminSecret: String? = nil
    ) {
        self.database = database
        self.storageRoot = storageRoot
        self.webRoot = webRoot
        self.adminSecret = adminSecret
    }
}
