import SystemPackage

/// Which files in the watch folder are complete, going by how they looked from time to time.
struct ArrivalStateMachine {
    private struct Arrival {
        var state: FileState
        /// Since when it has looked like this.
        var since: ContinuousClock.Instant
        /// Whoever wrote it has closed it, as far as the kernel told.
        var wasClosed = false
        var postponements = 0
        var notBefore: ContinuousClock.Instant
    }

    private let configuration: WatchFolderConfiguration
    private var arrivals: [FilePath.Component: Arrival] = [:]

    init(_ configuration: WatchFolderConfiguration) { self.configuration = configuration }

    /// What a look at the folder found, and which names were closed since the one before.
    mutating func saw(
        _ files: [FilePath.Component: FileState],
        closed: Set<FilePath.Component>,
        at now: ContinuousClock.Instant
    ) {
        arrivals = files.reduce(into: [:]) { kept, file in
            var arrival = Arrival(state: file.value, since: now, notBefore: now)
            if let former = arrivals[file.key], former.state == file.value { arrival = former }
            if closed.contains(file.key) { arrival.wasClosed = true }
            kept[file.key] = arrival
        }
    }

    /// Those that nobody has touched for a while, longest first.
    func quiet(at now: ContinuousClock.Instant) -> [FilePath.Component] {
        arrivals.filter { $0.value.since + configuration.quiet <= now && $0.value.notBefore <= now }
            .sorted { $0.value.since < $1.value.since }.map(\.key)
    }

    /// How a quiet file looks, if it may be taken.
    func complete(
        _ name: FilePath.Component,
        writers: Writers,
        at now: ContinuousClock.Instant
    ) -> FileState? {
        guard let arrival = arrivals[name] else { return nil }
        return switch writers {
        case .nobody: arrival.state
        case .somebody: nil
        case .unknown:
            arrival.wasClosed || arrival.since + configuration.settled <= now ? arrival.state : nil
        }
    }

    /// The file cannot be taken now; returns when it is looked at again.
    mutating func postpone(_ name: FilePath.Component, at now: ContinuousClock.Instant) -> Duration {
        let postponements = (arrivals[name]?.postponements ?? 0) + 1
        let pause = configuration.pause(after: postponements)
        arrivals[name]?.postponements = postponements
        arrivals[name]?.notBefore = now + pause
        return pause
    }

    /// When a file comes of age that is too young now.
    func nextChange(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        arrivals.values.compactMap { arrival in
            let quiet = max(arrival.since + configuration.quiet, arrival.notBefore)
            return [quiet, arrival.since + configuration.settled].filter { $0 > now }.min()
        }.min()
    }
}
