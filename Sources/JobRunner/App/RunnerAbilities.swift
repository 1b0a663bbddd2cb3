import VLogCore

/// What the runner tells the server of itself with every heartbeat and claim.
struct RunnerAbilities: Sendable {
    private let skills: RunnerSkills
    private let fault: String?
    private let largestSource: Int?
    private let keepsResults: Bool
    private let scratch: ScratchFolder

    init(_ configuration: RunnerConfiguration, _ skills: RunnerSkills, scratch: ScratchFolder) {
        self.init(configuration, skills, nil, scratch)
    }

    /// Of a machine that can do nothing.
    init(_ configuration: RunnerConfiguration, fault: String, scratch: ScratchFolder) {
        self.init(configuration, RunnerSkills(codecs: [], accelerators: [], mapsTones: false), fault, scratch)
    }

    private init(
        _ configuration: RunnerConfiguration,
        _ skills: RunnerSkills,
        _ fault: String?,
        _ scratch: ScratchFolder
    ) {
        self.skills = skills
        self.fault = fault
        self.scratch = scratch
        largestSource = configuration.largestSource
        keepsResults = configuration.uploadMode == .archive
    }

    /// As it is now. A disk that cannot be asked counts as full. The room that it tells is for sources; where results are
    /// kept too until they are sent, these get as much, which is more than a ladder takes as a rule.
    var current: WorkerCapabilities {
        get async {
            let all = try? await blocking { try scratch.freeBytes() }
            let free = keepsResults ? all.map { $0 / 2 } : all
            return WorkerCapabilities(
                version: productVersion,
                codecs: skills.codecs,
                accelerators: skills.accelerators,
                freeBytes: free ?? 0,
                toneMaps: skills.mapsTones,
                largestSource: largestSource,
                fault: fault
            )
        }
    }
}
