import Catalog
import ClusterResources
import Kubernetes
import VLogCore

/// The TranscodeJob of a video's job.
struct VideoTranscodeJob {
    private static let manager = "vlog-server"

    /// Tells our TranscodeJobs from those of another database.
    private let installation: String
    private let configuration: ClusterConfiguration

    init(installation: String, _ configuration: ClusterConfiguration) {
        self.installation = installation
        self.configuration = configuration
    }

    /// Chooses what this installation has made, as `kubectl get -l` takes it.
    var selector: String { "\(LabelName.installation)=\(installation)" }

    /// For a job that has been given its name.
    func object(_ job: ClusterJob, name: String) -> TranscodeJob {
        let video = TranscodeJobSpec.Video(id: job.videoID.rawValue, workerAPI: configuration.workerAPI)
        let spec = TranscodeJobSpec(
            worker: configuration.worker,
            accelerator: configuration.accelerator,
            source: TranscodeJobSpec.Source(video: video),
            output: nil,
            profile: TranscodeJobSpec.Profile(job.profile),
            priority: job.priority.inCluster,
            retryPolicy: configuration.retryPolicy,
            ttlSecondsAfterFinished: configuration.keepSeconds
        )
        let labels = [
            LabelName.managedBy: Self.manager, LabelName.installation: installation,
            LabelName.video: "\(job.videoID)", LabelName.job: "\(job.jobID)",
        ]
        let trace = job.traceID.map { [AnnotationName.trace: $0] }
        return TranscodeJob(
            metadata: ObjectMeta(name: name, namespace: configuration.namespace, labels: labels, annotations: trace),
            spec: spec
        )
    }

    /// Whether it was made here, for this job.
    func isOurs(_ object: TranscodeJob, for job: JobID) -> Bool {
        object.metadata.labels?[LabelName.installation] == installation
            && object.metadata.labels?[LabelName.job] == "\(job)"
    }
}

extension TranscodeJob {
    /// The video that a server has made it for.
    var videoID: VideoID? { metadata.labels?[LabelName.video].flatMap { VideoID($0) } }
}

extension JobPriority {
    /// Those of a TranscodeJob are numbers, with room for others between ours.
    var inCluster: Int {
        switch self {
        case .low: -100
        case .normal: 0
        case .high: 100
        }
    }
}

extension TranscodeJobSpec.Profile {
    fileprivate init(_ profile: TranscodeProfile) {
        self.init(
            qualities: profile.qualities.map { "\($0)" },
            codecs: profile.codecs.map { codec in
                switch codec {
                case .h264: .h264
                case .hevc: .hevc
                case .av1: .av1
                }
            },
            format: profile.format == .cmaf ? .cmaf : .transportStream,
            effort: profile.effort.inCluster,
            keepHDR: profile.keepsHDR
        )
    }
}

extension EncodingEffort {
    fileprivate var inCluster: TranscodeJobSpec.Profile.Effort {
        switch self {
        case .fast: .fast
        case .balanced: .balanced
        case .thorough: .thorough
        }
    }
}
