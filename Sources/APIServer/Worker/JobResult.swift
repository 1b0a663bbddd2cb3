import Catalog
import HTTPTypes
import SystemPackage
import VLogCore

/// What a runner says it has made, held against what the server has of it.
struct JobResult: Sendable {
    private static let needed = ["master.m3u8"]
    let result: CompleteRequest
    let jobs: JobQueries
    let storage: Storage

    init(_ result: CompleteRequest, jobs: JobQueries, storage: Storage) {
        self.result = result
        self.jobs = jobs
        self.storage = storage
    }

    /// Throws 422 that names what is wrong or missing, and what `files` of the job throws when the lease is lost.
    func check(of job: JobID, tokenHash: [UInt8]) async throws {
        try checkFields()
        let folder = try await jobs.authorize(job, tokenHash: tokenHash)
        let present = try await jobs.files(job, tokenHash: tokenHash)
        let known = Dictionary(present.map { ($0.path, $0) }) { $1 }
        try refuse(result.files.filter { known[$0.path] != $0 }, "are not here with that size and digest")
        let (files, layout) = (result.files, OutputLayout(storage, folder, job: job))
        let lost = try await storage.run { _ in files.filter { Disk.size(of: layout.location(of: $0.path)) != $0.bytes }
        }
        try refuse(lost, "are not on the disk any more")
    }

    private func checkFields() throws {
        guard result.duration.isFinite, result.duration > 0 else { throw invalid("The duration must be above 0.") }
        guard !result.renditions.isEmpty else { throw invalid("There must be a rendition.") }
        let paths = Set(result.files.map(\.path.rawValue))
        guard paths.count == result.files.count else { throw invalid("A file is listed twice.") }
        for name in Self.needed where !paths.contains(name) { throw invalid("There must be a \(name).") }
    }

    private func refuse(_ files: [OutputFileBody], _ problem: String) throws {
        guard !files.isEmpty else { return }
        let some = files.prefix(3).map(\.path.rawValue).joined(separator: ", ")
        throw APIError(
            .unprocessableContent,
            "\(files.count) of the listed files \(problem), for example \(some). Upload them, then complete.",
            code: "files_missing"
        )
    }

    private func invalid(_ rule: String) -> APIError { APIError(.unprocessableContent, rule, code: "bad_result") }
}
