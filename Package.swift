// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 mode, warnings are errors, and the upcoming features that `docs/architecture.md` explains.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypesHTTP1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "vlog",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "vlog", targets: ["VLog"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        // Values and rules, no I/O: ids, states, ladders, the bodies of the three APIs.
        .target(name: "VLogCore", swiftSettings: settings),
        // Logging, metrics and health start-up; the one list of log metadata keys.
        .target(
            name: "Observability",
            dependencies: [logging, metrics, .product(name: "CoreMetrics", package: "swift-metrics")],
            swiftSettings: settings
        ),
        // One OS thread as an actor executor, for blocking C calls.
        .target(name: "ThreadExecutor", dependencies: ["CLinux"], swiftSettings: settings),
        // libpq, PostgreSQL's C client.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // libargon2, the reference implementation of RFC 9106.
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        // hiredis, Redis' C client. Its pkg-config file has a flag that SwiftPM warns of, and nothing that is needed.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        // OpenSSL, which libpq and libcurl load as well: TLS to Redis.
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        // zlib, for gzip.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // Linux system calls that Swift's Glibc module leaves out.
        .systemLibrary(name: "CLinux"),
        // What a process holds of memory, and letting go of it.
        .target(name: "ProcessMemory", dependencies: ["CLinux", lifecycle], swiftSettings: settings),
        // libcurl, with its variadic functions made callable.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        // Requests to addresses that users and administrators give; refuses private ones where it must.
        .target(name: "Egress", dependencies: ["CCurl"], swiftSettings: settings),
        // PostgreSQL client: connection, pool, queries, rows, LISTEN, migrations. Knows nothing of videos.
        .target(
            name: "Postgres",
            dependencies: ["CLibPQ", "ThreadExecutor", logging, lifecycle],
            swiftSettings: settings
        ),
        // Redis client: connection, commands, replies. Knows nothing of videos.
        .target(name: "Redis", dependencies: ["CHiredis", "COpenSSL", "ThreadExecutor"], swiftSettings: settings),
        // A private PostgreSQL server in a folder, as `vlog up` and the tests run it.
        .target(
            name: "PrivatePostgres",
            dependencies: [logging, lifecycle, subprocess, system],
            swiftSettings: settings
        ),
        // argon2id hashing and verifying on threads of its own.
        .target(name: "PasswordHashing", dependencies: ["CArgon2", "ThreadExecutor"], swiftSettings: settings),
        // All SQL text: queries by resource, and the numbered migrations.
        .target(
            name: "Catalog",
            dependencies: ["Postgres", "VLogCore", logging, crypto],
            resources: [.embedInCode("Migrations")],
            swiftSettings: settings
        ),
        // Archives of gzip and tar, read and written: bytes in, bytes out.
        .target(name: "Archives", dependencies: ["CZlib"], swiftSettings: settings),
        // ISO BMFF boxes, segments, HLS playlists and DASH manifests: bytes in, bytes out.
        .target(name: "Packaging", swiftSettings: settings),
        // Sniffing, ffprobe, the ladder plan, and the one ffmpeg that encodes every rung.
        .target(
            name: "Transcoding",
            dependencies: ["CLinux", "Packaging", "ThreadExecutor", "VLogCore", logging, subprocess, system],
            swiftSettings: settings
        ),
        // Kubernetes client: typed requests as values, watches, leases, events. Knows nothing of videos.
        .target(
            name: "Kubernetes",
            dependencies: [
                "Observability", logging, metrics, asyncHTTPClient, nioCore, nioHTTP1, nioPosix, nioSSL, subprocess,
                system, yams,
            ],
            swiftSettings: settings
        ),
        // The custom resources of vlog.dev, and the words of their conditions, labels and annotations.
        .target(name: "ClusterResources", dependencies: ["Kubernetes"], swiftSettings: settings),
        // Reconciles TranscodeJobs and VLogWorkers.
        .target(
            name: "Operator",
            dependencies: [
                "CLinux", "ClusterResources", "Kubernetes", "Observability", "ProcessMemory", "VLogCore",
                logging, metrics, lifecycle, asyncHTTPClient, hummingbird, hummingbirdTLS, httpTypes, nioCore, nioHTTP1,
                nioSSL, crypto, x509, asn1,
            ],
            swiftSettings: settings
        ),
        // The three HTTP APIs, their pages and their background services.
        .target(
            name: "APIServer",
            dependencies: [
                "Archives", "CLinux", "Catalog", "ClusterResources", "Egress", "Kubernetes", "Observability",
                "PasswordHashing", "Postgres", "Redis", "ThreadExecutor", "Transcoding", "VLogCore", logging, metrics,
                crypto, lifecycle, system, httpTypes,
                hummingbird, hummingbirdCore, nioCore, nioPosix, nioHTTP1, nioHTTPTypesHTTP1,
            ],
            swiftSettings: settings
        ),
        // Claims jobs over the Worker API, transcodes, uploads. Holds no database password.
        .target(
            name: "JobRunner",
            dependencies: [
                "Archives", "CLinux", "Egress", "Observability", "Packaging", "Transcoding", "VLogCore",
                logging, metrics, crypto, lifecycle, system, asyncHTTPClient, nioCore, nioHTTP1,
            ],
            swiftSettings: settings
        ),
        // The program `vlog`: a file per subcommand; parses arguments and wires, nothing else.
        .executableTarget(
            name: "VLog",
            dependencies: [
                "APIServer", "CLinux", "Catalog", "ClusterResources", "JobRunner", "Kubernetes", "Observability",
                "Operator",
                "Packaging",
                "PasswordHashing", "Postgres", "PrivatePostgres", "ProcessMemory", "Redis", "Transcoding", "VLogCore",
                argumentParser, asyncHTTPClient, hummingbird, logging,
                lifecycle, nioCore,
                nioHTTP1, nioPosix, signals, system,
            ],
            swiftSettings: settings
        ),
        // Private services, sample media and temporary folders for the tests.
        .target(
            name: "TestSupport",
            dependencies: [
                "CLinux", "CZlib", "Catalog", "Postgres", "PrivatePostgres", "VLogCore", logging, subprocess, system,
            ],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        // An API server in memory that fails as tests want it to, and a real one where its programs are.
        .target(
            name: "KubernetesTestSupport",
            dependencies: ["Kubernetes", "TestSupport", hummingbird, httpTypes, logging, nioCore, system, yams],
            path: "Tests/KubernetesTestSupport",
            swiftSettings: settings
        ),
        .testTarget(name: "VLogCoreTests", dependencies: ["VLogCore"], swiftSettings: settings),
        .testTarget(
            name: "ObservabilityTests",
            dependencies: ["Observability", logging, .product(name: "CoreMetrics", package: "swift-metrics")],
            swiftSettings: settings
        ),
        .testTarget(name: "ProcessMemoryTests", dependencies: ["ProcessMemory"], swiftSettings: settings),
        .testTarget(
            name: "EgressTests",
            dependencies: [
                "Egress", hummingbird, httpTypes, lifecycle, logging, nioCore,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PostgresTests",
            dependencies: ["Postgres", "ThreadExecutor", "TestSupport", logging, lifecycle],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RedisTests",
            dependencies: ["Redis", "TestSupport", subprocess, system],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PrivatePostgresTests",
            dependencies: ["PrivatePostgres", "Postgres", "TestSupport", logging],
            swiftSettings: settings
        ),
        .testTarget(name: "PasswordHashingTests", dependencies: ["PasswordHashing"], swiftSettings: settings),
        .testTarget(
            name: "CatalogTests",
            dependencies: ["Catalog", "Postgres", "TestSupport", "VLogCore", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ArchivesTests",
            dependencies: ["Archives", "TestSupport", subprocess, system],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PackagingTests",
            dependencies: ["Packaging", "TestSupport", subprocess, system],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TranscodingTests",
            dependencies: ["Packaging", "TestSupport", "Transcoding", "VLogCore", logging, subprocess, system],
            swiftSettings: settings
        ),
        .testTarget(
            name: "APIServerTests",
            dependencies: [
                "APIServer", "Archives", "Catalog", "ClusterResources", "Kubernetes", "KubernetesTestSupport",
                "Observability", "PasswordHashing", "Postgres", "Redis", "TestSupport", "Transcoding", "VLogCore",
                logging, crypto,
                lifecycle,
                httpTypes, hummingbird, nioCore, nioPosix, system,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "KubernetesTests",
            dependencies: ["Kubernetes", "KubernetesTestSupport", "TestSupport", logging, nioCore, system],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OperatorTests",
            dependencies: [
                "ClusterResources", "Kubernetes", "KubernetesTestSupport", "Operator", "TestSupport", "VLogCore",
                logging, asyncHTTPClient, asn1, crypto, nioCore, nioHTTP1, nioSSL, x509, yams,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "JobRunnerTests",
            dependencies: [
                "Archives", "JobRunner", "TestSupport", "Transcoding", "VLogCore", logging, lifecycle, nioCore,
                asyncHTTPClient,
                hummingbird, httpTypes, crypto, system,
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
    ]
)
