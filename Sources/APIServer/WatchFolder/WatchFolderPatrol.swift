import Catalog
import Logging
import SystemPackage

/// Looks into the watch folder, again and again, and takes what is complete, one file after the other.
struct WatchFolderPatrol {
    private let configuration: WatchFolderConfiguration
    private let services: ServerServices
    private let logger: Logger
    private var events: FolderEvents?
    private var folder: WatchFolder?
    private var isMissing = false
    private var arrivals: ArrivalStateMachine
    /// Claimed files that could not be finished, and when they are tried again.
    private var retries: [ClaimTag: Retry] = [:]
    /// Rounds on end that failed as a whole.
    private var failures = 0
    private var pausedUntil = ContinuousClock.now

    private struct Retry {
        var failures: Int
        var notBefore: ContinuousClock.Instant
    }

    init(_ configuration: WatchFolderConfiguration, _ services: ServerServices, events: FolderEvents?) {
        self.configuration = configuration
        self.services = services
        self.events = events
        logger = services.logger
        arrivals = ArrivalStateMachine(configuration)
    }

    /// Looks once, and takes what can be taken. Returns when the next look is due, if nothing happens before.
    mutating func round() async -> ContinuousClock.Instant {
        // Without the server's help, nothing that happens in the folder can be of use.
        guard pausedUntil <= .now else { return pausedUntil }
        let looked: ContinuousClock.Instant
        do {
            looked = try await look()
            failures = 0
        } catch {
            if Task.isCancelled { return .now }
            folder = nil
            failures += 1
            let pause = configuration.pause(after: failures)
            pausedUntil = .now + pause
            logger.warning(
                "watch folder has to wait",
                metadata: [
                    "folder": "\(configuration.path)", "error": "\(error)", "seconds": "\(pause.components.seconds)",
                ]
            )
            return pausedUntil
        }
        // What came of age while others were taken is due already.
        let due = retries.values.map(\.notBefore) + [arrivals.nextChange(after: looked)].compactMap(\.self)
        return due.reduce(.now + configuration.interval, min)
    }

    /// Returns the time by which it judged the files.
    private mutating func look() async throws -> ContinuousClock.Instant {
        guard let folder = try await open() else { return .now }
        try await goOn(in: folder)
        let closed = events?.takeClosed() ?? []
        let files = try await services.storage.run { _ in try folder.files() }
        let now = ContinuousClock.now
        arrivals.saw(files, closed: closed, at: now)
        for name in arrivals.quiet(at: now) { try await consider(name, in: folder, at: now) }
        return now
    }

    /// The folder that the path leads to; nil while it leads to none, as when a disk is not mounted.
    private mutating func open() async throws -> WatchFolder? {
        let (path, former) = (configuration.path, folder)
        watch(path)
        do {
            let folder = try await services.storage.run { _ in
                if let former, former.isStill(at: path) { return former }
                return try WatchFolder(path)
            }
            if isMissing { logger.info("watch folder is back", metadata: ["folder": "\(path)"]) }
            isMissing = false
            self.folder = folder
        } catch let error as StorageError where error.code == .notFound {
            if !isMissing { logger.warning("watch folder is missing", metadata: ["folder": "\(path)"]) }
            isMissing = true
            folder = nil
        }
        return folder
    }

    /// Before the folder is listed, so that nothing falls between.
    private mutating func watch(_ path: FilePath) {
        do {
            try events?.watch(path)
        } catch {
            // Looking says what is wrong with a folder that is not there.
            guard error != .noSuchFileOrDirectory, error != .notDirectory else { return }
            Self.logMissingEvents(error, configuration, logger)
            events?.stop()
            events = nil
        }
    }

    /// Goes on with what was claimed before, by this server or by one that was killed.
    private mutating func goOn(in folder: WatchFolder) async throws {
        let claims = try await services.storage.run { _ in try folder.claims() }
        retries = retries.filter { claims.contains($0.key) }
        for tag in claims where retries[tag].map({ $0.notBefore <= .now }) ?? true {
            guard let file = try await services.storage.run({ _ in try folder.resume(tag) }) else {
                retries[tag] = nil
                continue
            }
            if try await services.catalog.videos.find(sourceETag: "\(tag)") != nil {
                await services.storage.clean { file.remove() }
            } else {
                try await finish(file, in: folder)
            }
        }
    }

    /// Takes a quiet file, if it is complete and there is room for it.
    private mutating func consider(
        _ name: FilePath.Component,
        in folder: WatchFolder,
        at now: ContinuousClock.Instant
    ) async throws {
        let (uploads, storage) = (services.uploads, services.storage)
        let writers = try await storage.run { _ in folder.writers(of: name) }
        guard let state = arrivals.complete(name, writers: writers, at: now) else { return }
        let file: ClaimedFile?
        do {
            file = try await storage.run { storage in
                try uploads.room.require(folder.sharesDisk(with: storage.incoming) ? 0 : state.size)
                return try folder.claim(name)
            }
        } catch let error as APIError where error.status == .insufficientStorage {
            return postpone(name, error)
        } catch let error as StorageError where [.notPermitted, .permissionDenied].contains(error.cause) {
            return postpone(name, error)
        }
        if let file { try await finish(file, seenAs: state, in: folder) }
    }

    private mutating func postpone(_ name: FilePath.Component, _ error: any Error) {
        let pause = arrivals.postpone(name, at: .now)
        logger.warning(
            "dropped file has to wait",
            metadata: ["file": "\(name)", "error": "\(error)", "seconds": "\(pause.components.seconds)"]
        )
    }

    /// Makes a claimed file a video, or refuses it, or leaves it for later. Throws when no file can be taken now.
    private mutating func finish(_ file: ClaimedFile, seenAs state: FileState? = nil, in folder: WatchFolder)
        async throws
    {
        let storage = services.storage
        do {
            let isComplete = try await storage.run { _ in try folder.isComplete(file, seenAs: state) }
            guard isComplete, try await services.uploads.take(file, logger: logger(of: file)) != nil else {
                return try await storage.run { _ in try file.giveBack(to: folder.root) }
            }
            retries[file.tag] = nil
            await storage.clean { file.remove() }
        } catch {
            let failures = (retries[file.tag]?.failures ?? 0) + 1
            switch DroppedFileFate(error, failures: failures) {
            case .waitsWithAll: throw error
            case .refused(let sentence): try await reject(file, because: sentence, in: folder)
            case .waits:
                if Task.isCancelled { throw error }
                let pause = configuration.pause(after: failures)
                retries[file.tag] = Retry(failures: failures, notBefore: .now + pause)
                logger(of: file).warning(
                    "dropped file has to wait",
                    metadata: ["error": "\(error)", "seconds": "\(pause.components.seconds)"]
                )
            }
        }
    }

    private mutating func reject(_ file: ClaimedFile, because sentence: String, in folder: WatchFolder) async throws {
        try await services.storage.run { _ in try file.reject(to: folder.rejected, because: sentence) }
        retries[file.tag] = nil
        logger(of: file).warning("dropped file refused", metadata: ["reason": "\(sentence)"])
    }

    private func logger(of file: ClaimedFile) -> Logger {
        var logger = logger
        logger[metadataKey: "file"] = "\(file.name)"
        return logger
    }

    static func logMissingEvents(_ error: any Error, _ configuration: WatchFolderConfiguration, _ logger: Logger) {
        logger.warning(
            "watch folder is only listed from time to time",
            metadata: ["folder": "\(configuration.path)", "error": "\(error)"]
        )
    }
}
