import VLogCore

extension Call {
    var isClaim: Bool { if case .claim = self { true } else { false } }
    var isRenewal: Bool { if case .renew = self { true } else { false } }
    var isRelease: Bool { if case .release = self { true } else { false } }
    var isAboutJob: Bool {
        switch self {
        case .claim, .heartbeat: false
        default: true
        }
    }
    var put: OutputPath? { if case .put(let path) = self { path } else { nil } }
    var archive: [OutputPath]? { if case .archive(let paths) = self { paths } else { nil } }
    var completion: CompleteRequest? { if case .complete(let result) = self { result } else { nil } }
    var failure: FailRequest? { if case .fail(let failure) = self { failure } else { nil } }
    var sourceOffset: Int? { if case .source(let offset) = self { offset } else { nil } }
    var progress: ProgressReport? { if case .progress(let report) = self { report } else { nil } }
}
