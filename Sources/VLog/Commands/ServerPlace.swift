import Postgres
import SystemPackage

/// Where a server that is not `vlog up` keeps its rows and its files, as the environment and the options say.
struct ServerPlace {
    let database: PostgresConfiguration
    let storageRoot: FilePath

    init(_ environment: [String: String], storage: String?) throws {
        guard let url = environment["VLOG_DATABASE_URL"], !url.isEmpty else {
            throw StartError("VLOG_DATABASE_URL is not set. On one machine without a PostgreSQL, use `vlog up`.")
        }
        guard let storage = storage ?? environment["VLOG_STORAGE_PATH"], !storage.isEmpty else {
            throw StartError("VLOG_STORAGE_PATH is not set: the folder for uploads and videos.")
        }
        database = PostgresConfiguration(url: url)
        storageRoot = DataFolder.absolute(storage)
    }
}
