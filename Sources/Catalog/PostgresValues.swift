import Postgres
import VLogCore

// The product's values that columns hold as their raw value.
extension VideoID: PostgresCodable {}
extension JobID: PostgresCodable {}
extension WorkerID: PostgresCodable {}
extension CategoryID: PostgresCodable {}
extension Slug: PostgresCodable {}
extension Quality: PostgresCodable {}
extension OutputPath: PostgresCodable {}
extension VideoStatus: PostgresCodable {}
extension JobState: PostgresCodable {}
extension JobPriority: PostgresCodable {}
extension JobStage: PostgresCodable {}
extension FailureCode: PostgresCodable {}
