import VLogCore

extension ProgressReport {
    /// The part of a job's percentage that the download is.
    static let downloadShare = 5.0
    /// What is shown while the server still has to take the result.
    static let almostDone = 99.0

    /// The transcoder's own percentage as a part of the whole job's.
    func afterDownload() -> ProgressReport {
        let span = Self.almostDone - Self.downloadShare
        let whole = Self.downloadShare + min(max(percent, 0), 100) / 100 * span
        return ProgressReport(stage: stage, percent: whole, qualities: qualities)
    }
}
