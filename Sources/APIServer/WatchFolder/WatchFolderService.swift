import Logging
import ServiceLifecycle
import SystemPackage

/// Makes videos of the files that are put into a folder. Several servers may watch the same one.
package struct WatchFolderService: Service {
    private let configuration: WatchFolderConfiguration
    private let services: ServerServices
    private let makeEvents: @Sendable () throws -> FolderEvents

    /// Nil when no folder is to be watched.
    package init?(_ services: ServerServices) { self.init(services) { try FolderEvents() } }

    /// `makeEvents` may throw: the folder is listed from time to time then.
    init?(_ services: ServerServices, events makeEvents: @escaping @Sendable () throws -> FolderEvents) {
        guard let configuration = services.configuration.watchFolder else { return nil }
        self.configuration = configuration
        self.services = services
        self.makeEvents = makeEvents
    }

    package func run() async throws {
        let bell = Doorbell()
        let events = startEvents(bell)
        defer { events?.stop() }
        await cancelWhenGracefulShutdown {
            var patrol = WatchFolderPatrol(configuration, services, events: events)
            while !Task.isCancelled {
                let count = bell.count
                let next = await patrol.round()
                await bell.wait(since: count, until: next)
            }
        }
    }

    private func startEvents(_ bell: Doorbell) -> FolderEvents? {
        do {
            let events = try makeEvents()
            events.start { bell.ring() }
            return events
        } catch {
            WatchFolderPatrol.logMissingEvents(error, configuration, services.logger)
            return nil
        }
    }
}
