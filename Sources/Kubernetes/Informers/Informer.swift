import Logging

/// Keeps an `ObjectStore` in step with the API server: one list, then a watch that is taken up again where it ended. Where the
/// server offers it, the list comes as the beginning of the watch, which costs it no memory.
/// While the server is away, the store keeps what was seen last.
package struct Informer<Resource: KubernetesResource>: Sendable {
    package let store: ObjectStore<Resource>
    private let client: KubernetesClient
    private let selection: ObjectSelection
    private let logger: Logger
    private let onInterruption: @Sendable (KubernetesError) -> Void
    private let prefersStream: Bool

    /// `onInterruption` hears of every failed list and watch.
    package init(
        _ store: ObjectStore<Resource>,
        of selection: ObjectSelection = ObjectSelection(),
        client: KubernetesClient,
        logger: Logger,
        prefersStream: Bool = true,
        onInterruption: @escaping @Sendable (KubernetesError) -> Void = { _ in }
    ) {
        self.store = store
        self.client = client
        self.selection = selection
        self.onInterruption = onInterruption
        self.prefersStream = prefersStream
        var logger = logger
        logger[metadataKey: "k8s.kind"] = "\(Resource.kind.kind)"
        self.logger = logger
    }

    /// Runs until the task is cancelled; trouble with the server never ends it.
    package func run() async throws {
        var machine = WatchStateMachine()
        var streams = prefersStream
        while true {
            let start = ContinuousClock.now
            let ending: WatchStateMachine.Ending
            do {
                try await take(&machine, streams: &streams)
                ending = .closed
            } catch let error as KubernetesError {
                logger.log(
                    level: error.code == .expired ? .info : .warning,
                    "watch interrupted",
                    metadata: ["error": "\(error)"]
                )
                store.setBehind(true)
                onInterruption(error)
                ending = .failed(error)
            }
            let pause = machine.ended(ending, after: ContinuousClock.now - start)
            try await Task.sleep(for: pause)
        }
    }

    private func take(_ machine: inout WatchStateMachine, streams: inout Bool) async throws {
        switch machine.step {
        case .list where streams:
            do {
                try await stream(&machine)
            } catch let error as KubernetesError where error.code == .invalid && machine.step == .list {
                // A server before Kubernetes 1.34, or one that was told not to.
                streams = false
                try await take(&machine, streams: &streams)
            }
        case .list:
            machine.listed(at: try await list())
            // The watch is a step of its own, but nothing lies between: go on at once.
            try await take(&machine, streams: &streams)
        case .watch(let version):
            try await client.watch(watch(from: version)) { take($0, &machine) }
        }
    }

    private func watch(from version: String?) -> WatchRequest<Resource> {
        // Shorter than the 240 seconds after which load balancers drop what is idle, and not the same for all.
        WatchRequest(selection, resourceVersion: version, timeout: .random(in: 180...230))
    }

    private func take(_ event: WatchEvent<Resource>, _ machine: inout WatchStateMachine) {
        store.setBehind(false)
        switch event {
        case .changed(let object):
            store.put(object)
            if let version = object.metadata.resourceVersion { machine.saw(version: version) }
        case .deleted(let object):
            store.remove(object)
            if let version = object.metadata.resourceVersion { machine.saw(version: version) }
        case .bookmark(let version, _): machine.saw(version: version)
        }
    }

    /// A list and the watch after it in one.
    private func stream(_ machine: inout WatchStateMachine) async throws {
        var listed: [ObjectKey: Resource]? = [:]
        try await client.watch(watch(from: nil)) { event in
            guard listed != nil else { return take(event, &machine) }
            switch event {
            case .changed(let object): listed?[object.key] = object
            case .deleted(let object): listed?[object.key] = nil
            case .bookmark(let version, let endsList):
                guard endsList else { return }
                store.replace(with: Array((listed ?? [:]).values), version: version)
                store.setBehind(false)
                logger.debug("objects listed", metadata: ["count": "\(store.count)"])
                listed = nil
                machine.listed(at: version)
            }
        }
    }

    private func list() async throws -> String {
        var items: [Resource] = []
        var next: String?
        var version = ""
        repeat {
            let page: ObjectList<Resource> = try await client.send(.list(selection, after: next))
            items += page.items
            version = page.metadata.resourceVersion ?? version
            next = page.metadata.continue.flatMap { $0.isEmpty ? nil : $0 }
        } while next != nil
        store.replace(with: items, version: version)
        logger.debug("objects listed", metadata: ["count": "\(items.count)"])
        return version
    }
}
