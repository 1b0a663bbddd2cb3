extension PrivatePostgres {
    /// The major version that a new folder would be made with. Throws `PrivatePostgresError.notInstalled`.
    package static func installedVersion() async throws -> Int {
        try await ServerBinaries.locate(version: nil).majorVersion
    }
}
