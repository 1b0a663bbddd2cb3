import APIServer

/// What `vlog up` puts into the database before anything serves.
struct LocalSetup {
    let provisioning: Provisioning
    let workerName: String
    let environment: [String: String]

    struct Facts: Sendable {
        /// Set at the first start alone.
        var newPassword: String?
        /// A new key for the runner in this process; it is never written down.
        var workerKey: String
    }

    func prepare() async throws -> Facts {
        let password = environment["VLOG_ADMIN_PASSWORD"] ?? RandomText.password()
        let isNew = try await provisioning.ensurePassword(password)
        return Facts(
            newPassword: isNew ? password : nil,
            workerKey: try await provisioning.registerLocalWorker(name: workerName)
        )
    }
}
