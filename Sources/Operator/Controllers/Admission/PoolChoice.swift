import ClusterResources
import Kubernetes

/// Which pools of its namespace a TranscodeJob may run in.
enum PoolChoice {
    /// In the order of their names; never empty.
    case pools([VLogWorker])
    case refused(Reason, message: String)

    init(_ job: TranscodeJob, pools: [VLogWorker]) {
        if let name = job.spec.worker {
            guard let pool = pools.first(where: { $0.metadata.name == name }) else {
                self = .refused(.workerNotFound, message: "There is no VLogWorker '\(name)' in this namespace.")
                return
            }
            guard pool.spec.mode == .job else {
                self = .refused(
                    .workerModeMismatch,
                    message: "VLogWorker '\(name)' has mode Pull: it takes its work from a VLog server only."
                )
                return
            }
            self = .pools([pool])
            return
        }
        let able = pools.filter { pool in
            pool.spec.mode == .job && (job.spec.accelerator.map { $0 == pool.spec.accelerator.type } ?? true)
        }
        guard able.isEmpty else {
            self = .pools(able)
            return
        }
        let what = job.spec.accelerator.map { "accelerator \($0.rawValue)" } ?? "mode Job"
        self = .refused(.workerNotFound, message: "There is no VLogWorker with \(what) in this namespace.")
    }
}
