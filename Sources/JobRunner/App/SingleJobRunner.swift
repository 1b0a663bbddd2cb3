import ServiceLifecycle
import VLogCore

/// A runner that does one job and ends, as a TranscodeJob's pod does.
package protocol SingleJobRunner: Service {
    /// How far it is at this moment.
    var progress: RunnerProgress { get }
    /// How it ended; nil while `run` has not returned.
    var ending: RunnerEnding? { get }
}
