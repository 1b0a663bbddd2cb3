import APIServer
import ArgumentParser
import Foundation
import Postgres
import Redis
import SystemPackage

/// What `vlog up` and `vlog server` both let an admin choose. Each option has a `VLOG_*` variable; the option wins.
struct ServeOptions: ParsableArguments {
    @Option(help: "Address to listen on (VLOG_HOST); 0.0.0.0 opens all three APIs to the network.")
    var host: String?

    @Option(help: "Port of the public site and API (VLOG_PUBLIC_PORT; 9000).")
    var publicPort: Int?

    @Option(help: "Port of the admin site and API (VLOG_ADMIN_PORT; 9001).")
    var adminPort: Int?

    @Option(help: "Port of the Worker API (VLOG_WORKER_PORT; 9002).")
    var workerPort: Int?

    @Option(help: ArgumentHelp("Folder of the storage tree (VLOG_STORAGE_PATH).", valueName: "folder"))
    var storage: String?

    @Option(
        help: ArgumentHelp(
            "Redis that carries jobs and updates between servers (VLOG_REDIS_URL), redis://:password@host:6379/0, "
                + "rediss://… for TLS, or unix:///path?db=0. A password is safer in the variable, as others see this "
                + "machine's command lines.",
            discussion: """
                With TLS, VLOG_REDIS_CA_FILE names the server's authority, if it is none of the system's, and \
                VLOG_REDIS_CERT_FILE and VLOG_REDIS_KEY_FILE what a server gets to see that asks for a certificate.
                """,
            valueName: "url"
        )
    )
    var redisURL: String?

    @Option(help: "Seconds after which a runner that is not heard of loses its job (VLOG_LEASE_SECONDS; 60).")
    var leaseSeconds: Int?

    @Option(help: "Largest upload in bytes (VLOG_MAX_UPLOAD_BYTES; 64 GiB).")
    var maxUploadBytes: Int64?

    @Option(
        help: ArgumentHelp(
            "Folder whose files become videos (VLOG_WATCH_FOLDER; `inbox` in the data folder of `vlog up`, else none).",
            valueName: "folder"
        )
    )
    var watchFolder: String?

    @Option(
        help: ArgumentHelp(
            "Address that is told about lost runners, failed attempts and failed videos (VLOG_ALERT_WEBHOOK_URL).",
            discussion: "With VLOG_ALERT_WEBHOOK_SECRET, X-VLog-Signature carries the HMAC-SHA256 of the body.",
            valueName: "url"
        )
    )
    var alertWebhook: String?

    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var profile: ProfileOptions

    /// It goes into a header, and nobody shall guess it.
    private func metricsToken(_ environment: [String: String]) throws -> String? {
        guard let token = environment["VLOG_METRICS_TOKEN"], !token.isEmpty else { return nil }
        guard (16...1024).contains(token.utf8.count),
            token.utf8.allSatisfy({ (UInt8(ascii: "!")...UInt8(ascii: "~")).contains($0) })
        else {
            throw StartError(
                "VLOG_METRICS_TOKEN: needs 16 to 1024 characters of ASCII without spaces, as `openssl rand -hex 32` prints"
            )
        }
        return token
    }

    /// The server's configuration, once the database and the place for files are known.
    func configuration(
        database: PostgresConfiguration,
        storageRoot: FilePath,
        adminSecret: String?,
        environment: [String: String]
    ) throws -> ServerConfiguration {
        var configuration = ServerConfiguration(
            database: database,
            storageRoot: storageRoot,
            webRoot: try WebRoot.locate(environment),
            adminSecret: adminSecret
        )
        if let url = redisURL ?? environment["VLOG_REDIS_URL"], !url.isEmpty {
            do {
                configuration.redis = try RedisConfiguration(url: url, tls: RedisTLSFiles(environment: environment))
            } catch {
                throw StartError("VLOG_REDIS_URL: \(error.message)")
            }
        }
        configuration.cluster = try cluster.configuration(environment)
        configuration.profile = try profile.profile(environment: environment)
        let host = host ?? environment["VLOG_HOST"] ?? "127.0.0.1"
        configuration.publicAddress = ListenAddress(host: host, port: try port(publicPort, "VLOG_PUBLIC_PORT", 9000))
        configuration.adminAddress = ListenAddress(host: host, port: try port(adminPort, "VLOG_ADMIN_PORT", 9001))
        configuration.workerAddress = ListenAddress(host: host, port: try port(workerPort, "VLOG_WORKER_PORT", 9002))
        if let seconds = try number(leaseSeconds, "VLOG_LEASE_SECONDS", in: 5...3600) {
            configuration.limits.jobLease = .seconds(seconds)
        }
        if let bytes = try number(maxUploadBytes, "VLOG_MAX_UPLOAD_BYTES", in: 1...(1 << 50)) {
            configuration.limits.uploadBytes = bytes
        }
        if let origins = environment["VLOG_ADMIN_ORIGINS"] {
            configuration.allowedOrigins = Set(origins.split(separator: ",").map { String($0) })
        }
        if let url = alertWebhook ?? environment["VLOG_ALERT_WEBHOOK_URL"], !url.isEmpty {
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw StartError("VLOG_ALERT_WEBHOOK_URL: '\(url)' does not begin with http:// or https://")
            }
            configuration.alerts = AlertConfiguration(url: url)
            configuration.alerts?.secret = environment["VLOG_ALERT_WEBHOOK_SECRET"]
        }
        configuration.metricsToken = try metricsToken(environment)
        configuration.secureCookies = environment["VLOG_SECURE_COOKIES"] == "true"
        return configuration

        func port(_ option: Int?, _ variable: String, _ standard: Int) throws -> Int {
            try number(option, variable, in: 1...65535) ?? standard
        }

        func number<Value: FixedWidthInteger>(
            _ option: Value?,
            _ variable: String,
            in range: ClosedRange<Value>
        ) throws -> Value? {
            guard let text = option.map({ "\($0)" }) ?? environment[variable], !text.isEmpty else { return nil }
            guard let value = Value(text), range.contains(value) else {
                throw StartError(
                    "\(variable): '\(text)' is not a number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return value
        }
    }
}
