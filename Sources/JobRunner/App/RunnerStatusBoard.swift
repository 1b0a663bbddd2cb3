import Synchronization
import VLogCore

/// Where the parts of a runner note what they do, for whoever asks for its health.
final class RunnerStatusBoard: Sendable {
    private struct State {
        var isReachable = false
        var isStopping = false
        var isDraining = false
        var isFit = false
        var jobs: [RunnerHealth.Job] = []
    }

    private let state = Mutex(State())

    var health: RunnerHealth {
        state.withLock { state in
            let ready = state.isReachable && state.isFit && !state.isStopping && !state.isDraining
            return RunnerHealth(ready: ready, jobs: state.jobs)
        }
    }

    func setReachable(_ isReachable: Bool) { state.withLock { $0.isReachable = isReachable } }

    func setFit(_ isFit: Bool) { state.withLock { $0.isFit = isFit } }

    func stopping() { state.withLock { $0.isStopping = true } }

    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Whether that is news.
    func setDraining(_ isDraining: Bool) -> Bool {
        state.withLock { state in
            defer { state.isDraining = isDraining }
            return state.isDraining != isDraining
        }
    }

    func began(_ job: ClaimedJob) {
        let entry = RunnerHealth.Job(
            jobID: job.jobID,
            videoID: job.videoID,
            attempt: job.attempt,
            stage: .downloading,
            percent: 0,
            qualities: []
        )
        state.withLock { $0.jobs.append(entry) }
    }

    func progressed(_ id: JobID, _ report: ProgressReport) {
        state.withLock { state in
            guard let index = state.jobs.firstIndex(where: { $0.jobID == id }) else { return }
            state.jobs[index].stage = report.stage
            state.jobs[index].percent = report.percent
            state.jobs[index].qualities = report.qualities
        }
    }

    func ended(_ id: JobID) { state.withLock { $0.jobs.removeAll { $0.jobID == id } } }
}
