import Archives
import Metrics
import Observability
import VLogCore

/// What the server counts as it happens. Labels come from closed sets, all of which are there from the start, so that the
/// first of a kind is a step from 0 and not a series out of nowhere.
enum ServerMetrics {
    /// How an attempt at a job ended.
    enum Outcome {
        case completed, released
        case failed(FailureCode)

        static var all: [Outcome] { [.completed, .released] + FailureCode.allCases.map { .failed($0) } }

        fileprivate var word: String {
            switch self {
            case .completed: "completed"
            case .released: "released"
            case .failed(let code): code.rawValue
            }
        }
    }

    /// How a check of a worker's key ended.
    enum KeyCheck: String, CaseIterable { case remembered, right, wrong, limited }

    /// How a result comes.
    enum ResultMode: String, CaseIterable { case file, archive }

    static func claimed(_ job: Bool) { counter(.claims, "outcome", job ? "job" : "none").increment() }

    static func ended(_ outcome: Outcome) { counter(.jobOutcomes, "outcome", outcome.word).increment() }

    /// A lost lease is how its attempt ended, too.
    static func leaseExpired() {
        Counter(label: MetricName.leasesExpired.rawValue).increment()
        ended(.failed(.lost))
    }

    static func keyChecked(_ outcome: KeyCheck) { counter(.keyChecks, "outcome", outcome.rawValue).increment() }

    static func archiveRefused(_ reason: ArchiveError.Code) {
        counter(.archiveRefusals, "reason", reason.label).increment()
    }

    /// A file or an archive that is being taken in.
    struct ResultUpload {
        private let mode: ResultMode

        init(_ mode: ResultMode) {
            self.mode = mode
            meter.increment()
        }

        func took(_ file: OutputFileBody) {
            counter(.resultFiles, "mode", mode.rawValue).increment()
            counter(.resultBytes, "mode", mode.rawValue).increment(by: file.bytes)
        }

        func end() { meter.decrement() }

        private var meter: Meter {
            Meter(label: MetricName.resultUploads.rawValue, dimensions: [("mode", mode.rawValue)])
        }
    }

    /// Makes all series that there can be, at 0.
    static func prepare() {
        for outcome in ["job", "none"] { _ = counter(.claims, "outcome", outcome) }
        for outcome in Outcome.all { _ = counter(.jobOutcomes, "outcome", outcome.word) }
        for outcome in KeyCheck.allCases { _ = counter(.keyChecks, "outcome", outcome.rawValue) }
        for reason in ArchiveError.Code.allCases { _ = counter(.archiveRefusals, "reason", reason.label) }
        for mode in ResultMode.allCases {
            _ = counter(.resultFiles, "mode", mode.rawValue)
            _ = counter(.resultBytes, "mode", mode.rawValue)
            _ = Meter(label: MetricName.resultUploads.rawValue, dimensions: [("mode", mode.rawValue)])
        }
        _ = counter(.uploads, "outcome", "accepted")
        for name in [MetricName.leasesExpired, .uploadBytes] { _ = Counter(label: name.rawValue) }
        _ = Gauge(label: MetricName.eventSubscribers.rawValue)
        _ = Timer(label: MetricName.transcodeDuration.rawValue)
    }

    private static func counter(_ name: MetricName, _ label: String, _ value: String) -> Counter {
        Counter(label: name.rawValue, dimensions: [(label, value)])
    }
}

extension ArchiveError.Code {
    fileprivate var label: String {
        switch self {
        case .damaged, .forbidden: rawValue
        case .tooLarge: "too_large"
        }
    }
}
