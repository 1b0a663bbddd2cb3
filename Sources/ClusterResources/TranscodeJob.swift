import Foundation
import Kubernetes

/// One video to be transcoded: `crds/vlog.dev_transcodejobs.yaml` says what each field means.
package struct TranscodeJob: KubernetesResource {
    package static let kind = ResourceKind(
        group: "vlog.dev",
        version: "v1alpha1",
        kind: "TranscodeJob",
        plural: "transcodejobs"
    )

    package var metadata: ObjectMeta
    package var spec: TranscodeJobSpec
    package var status: TranscodeJobStatus?

    package init(metadata: ObjectMeta, spec: TranscodeJobSpec, status: TranscodeJobStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

/// What is to be done. All but `priority`, `suspend` and the times stays as it was created.
package struct TranscodeJobSpec: Codable, Sendable, Equatable {
    package struct Source: Codable, Sendable, Equatable {
        /// Exactly one of the three.
        package var video: Video?
        package var url: String?
        package var persistentVolumeClaim: ClaimPath?

        package init(video: Video? = nil, url: String? = nil, persistentVolumeClaim: ClaimPath? = nil) {
            self.video = video
            self.url = url
            self.persistentVolumeClaim = persistentVolumeClaim
        }
    }

    /// A video of a VLog server, where both the source is and the result goes.
    package struct Video: Codable, Sendable, Equatable {
        package var id: Int64
        /// Where the runner reaches the Worker API.
        package var workerAPI: String

        package init(id: Int64, workerAPI: String) {
            self.id = id
            self.workerAPI = workerAPI
        }
    }

    package struct Output: Codable, Sendable, Equatable {
        package var persistentVolumeClaim: ClaimPath

        package init(persistentVolumeClaim: ClaimPath) { self.persistentVolumeClaim = persistentVolumeClaim }
    }

    package struct ClaimPath: Codable, Sendable, Equatable {
        package var claimName: String
        /// Relative to the root of the volume; neither absolute nor with `..`.
        package var path: String

        package init(claimName: String, path: String) {
            self.claimName = claimName
            self.path = path
        }
    }

    package struct Profile: Codable, Sendable, Equatable {
        package enum Codec: String, Codable, Sendable, CaseIterable {
            case h264 = "H264"
            case hevc = "HEVC"
            case av1 = "AV1"
        }

        package enum Format: String, Codable, Sendable, CaseIterable {
            case cmaf = "CMAF"
            case transportStream = "HLSTS"
        }

        package enum Effort: String, Codable, Sendable, CaseIterable {
            case fast = "Fast"
            case balanced = "Balanced"
            case thorough = "Thorough"
        }

        package var qualities: [String]
        package var codecs: [Codec]
        package var format: Format
        package var effort: Effort
        package var keepHDR: Bool

        package init(qualities: [String], codecs: [Codec], format: Format, effort: Effort, keepHDR: Bool) {
            self.qualities = qualities
            self.codecs = codecs
            self.format = format
            self.effort = effort
            self.keepHDR = keepHDR
        }
    }

    package struct RetryPolicy: Codable, Sendable, Equatable {
        package var maxFailures: Int
        package var maxDisruptions: Int
        package var backoffSeconds: Int

        package init(maxFailures: Int = 3, maxDisruptions: Int = 50, backoffSeconds: Int = 10) {
            self.maxFailures = maxFailures
            self.maxDisruptions = maxDisruptions
            self.backoffSeconds = backoffSeconds
        }
    }

    /// A VLogWorker of the namespace; without it, any that has the accelerator.
    package var worker: String?
    package var accelerator: AcceleratorType?
    package var source: Source
    /// Missing with a video, which takes its own result.
    package var output: Output?
    package var profile: Profile
    package var priority: Int
    package var suspend: Bool
    package var retryPolicy: RetryPolicy
    package var activeDeadlineSeconds: Int?
    package var ttlSecondsAfterFinished: Int?

    package init(
        worker: String? = nil,
        accelerator: AcceleratorType? = nil,
        source: Source,
        output: Output?,
        profile: Profile,
        priority: Int = 0,
        suspend: Bool = false,
        retryPolicy: RetryPolicy = RetryPolicy(),
        activeDeadlineSeconds: Int? = nil,
        ttlSecondsAfterFinished: Int? = nil
    ) {
        self.worker = worker
        self.accelerator = accelerator
        self.source = source
        self.output = output
        self.profile = profile
        self.priority = priority
        self.suspend = suspend
        self.retryPolicy = retryPolicy
        self.activeDeadlineSeconds = activeDeadlineSeconds
        self.ttlSecondsAfterFinished = ttlSecondsAfterFinished
    }
}

/// What was observed. The operator alone writes it, and derives all of it anew each time but what it says of attempts.
package struct TranscodeJobStatus: Codable, Sendable, Equatable {
    /// A word for a column and for field selectors; the conditions say more.
    package enum Summary: String, Codable, Sendable, CaseIterable {
        case waiting = "Waiting"
        case suspended = "Suspended"
        case starting = "Starting"
        case running = "Running"
        case retrying = "Retrying"
        case succeeded = "Succeeded"
        case failed = "Failed"
    }

    package struct ChildJob: Codable, Sendable, Equatable {
        package var name: String
        /// Missing until the Job has been seen.
        package var uid: String?

        package init(name: String, uid: String? = nil) {
            self.name = name
            self.uid = uid
        }
    }

    package struct Progress: Codable, Sendable, Equatable {
        /// 0 to 100.
        package var percent: Int
        package var stage: String
        package var updatedAt: Date

        package init(percent: Int, stage: String, updatedAt: Date) {
            self.percent = percent
            self.stage = stage
            self.updatedAt = updatedAt
        }
    }

    package var observedGeneration: Int64?
    package var conditions: [Condition] = []
    package var summary: Summary?
    package var worker: String?
    /// The number of the Job that runs or ran last, from 1.
    package var attempt: Int?
    package var job: ChildJob?
    /// Ended pods that count against `maxFailures`.
    package var failures: Int = 0
    /// Ended pods that do not, but have a limit of their own.
    package var disruptions: Int = 0
    package var progress: Progress?
    package var encoder: String?
    /// The newest last.
    package var lastAttempts: [AttemptRecord] = []
    package var retryAt: Date?
    package var startTime: Date?
    package var completionTime: Date?

    package init() {}

    enum CodingKeys: String, CodingKey {
        case observedGeneration, conditions, summary, worker, attempt, job, failures, disruptions, progress, encoder
        case lastAttempts, retryAt, startTime, completionTime
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        observedGeneration = try container.decodeIfPresent(Int64.self, forKey: .observedGeneration)
        conditions = try container.decodeIfPresent([Condition].self, forKey: .conditions) ?? []
        summary = try container.decodeIfPresent(Summary.self, forKey: .summary)
        worker = try container.decodeIfPresent(String.self, forKey: .worker)
        attempt = try container.decodeIfPresent(Int.self, forKey: .attempt)
        job = try container.decodeIfPresent(ChildJob.self, forKey: .job)
        failures = try container.decodeIfPresent(Int.self, forKey: .failures) ?? 0
        disruptions = try container.decodeIfPresent(Int.self, forKey: .disruptions) ?? 0
        progress = try container.decodeIfPresent(Progress.self, forKey: .progress)
        encoder = try container.decodeIfPresent(String.self, forKey: .encoder)
        lastAttempts = try container.decodeIfPresent([AttemptRecord].self, forKey: .lastAttempts) ?? []
        retryAt = try container.decodeIfPresent(Date.self, forKey: .retryAt)
        startTime = try container.decodeIfPresent(Date.self, forKey: .startTime)
        completionTime = try container.decodeIfPresent(Date.self, forKey: .completionTime)
    }
}

extension TranscodeJob {
    /// Whether nothing will be done for it any more.
    package var isFinished: Bool {
        guard let succeeded = status?.conditions.first(ofType: ConditionType.succeeded.rawValue) else { return false }
        return succeeded.status != .unknown
    }

    /// Whether Kueue decides when it runs.
    package var isQueuedByKueue: Bool { metadata.labels?[LabelName.kueueQueue] != nil }
}
