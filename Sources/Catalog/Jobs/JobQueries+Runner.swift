import Postgres
import VLogCore

/// What a runner does with its job while it has it.
extension JobQueries {
    /// Makes the lease last `lease` from now.
    package func renew(_ job: JobID, tokenHash: [UInt8], lease: Duration) async throws -> LeaseRow {
        let row = try await pool.first(LeaseRow.self, "\(Self.renewal(job, tokenHash, lease))")
        guard let row else { throw try await refusal(job) }
        return row
    }

    /// Renews the lease and keeps how far the attempt is; percentages outside 0 to 100 are moved to the nearest.
    package func report(
        _ job: JobID,
        tokenHash: [UInt8],
        _ report: ProgressReport,
        lease: Duration
    ) async throws -> LeaseRow {
        let rungs = report.distinctQualities
        let row = try await pool.query(
            """
            WITH lease AS (
                UPDATE transcoding_jobs SET
                    lease_until = now() + \(lease), stage = \(report.stage), percent = \(report.percent.asPercentage)
                WHERE \(Self.fence(job, tokenHash))
                RETURNING id, video_id, lease_until, cancel_requested
            ), rungs AS (
                INSERT INTO quality_progress (job_id, quality, lines, percent, segments)
                SELECT lease.id, rung.quality, rung.lines, rung.percent, rung.segments
                FROM lease, unnest(
                    \(rungs.map(\.quality.rawValue)), \(rungs.map(\.quality.lines)),
                    \(rungs.map(\.percent.asPercentage)), \(rungs.map { min(max($0.segments, 0), Int(Int32.max)) })
                ) AS rung (quality, lines, percent, segments)
                ON CONFLICT (job_id, quality) DO UPDATE SET percent = excluded.percent, segments = excluded.segments
            )
            SELECT lease_until, cancel_requested, video_id FROM lease
            """
        ).first
        guard let row else { throw try await refusal(job) }
        announcements.post(.video(try row.decode("video_id")))
        return try LeaseRow(row: row)
    }

    /// Renews the lease and keeps that the server has the file; a file of the same path is replaced. `place` gives the
    /// file its name while the attempt is certain to have the job, so that no late runner can touch a newer attempt's
    /// files. It is called again when the transaction is.
    package func recordFile(
        _ job: JobID,
        tokenHash: [UInt8],
        _ file: OutputFileBody,
        lease: Duration,
        place: () async throws -> Void
    ) async throws -> LeaseRow {
        let row = try await pool.withTransaction { transaction in
            let row = try await transaction.first(
                LeaseRow.self,
                """
                WITH lease AS (\(Self.renewal(job, tokenHash, lease))), file AS (
                    INSERT INTO job_files (job_id, path, bytes, sha256)
                    SELECT lease.id, \(file.path), \(file.bytes), \(file.sha256) FROM lease
                    ON CONFLICT (job_id, path) DO UPDATE
                    SET bytes = excluded.bytes, sha256 = excluded.sha256, uploaded_at = now()
                )
                SELECT lease_until, cancel_requested FROM lease
                """
            )
            if row != nil { try await place() }
            return row
        }
        guard let row else { throw try await refusal(job) }
        return row
    }

    /// What the job's attempts have uploaded so far, by path.
    package func files(_ job: JobID, tokenHash: [UInt8]) async throws -> [OutputFileBody] {
        let rows = try await pool.query(
            """
            SELECT f.path, f.bytes, f.sha256
            FROM (SELECT id FROM transcoding_jobs WHERE \(Self.fence(job, tokenHash))) j
            LEFT JOIN job_files f ON f.job_id = j.id ORDER BY f.path
            """
        )
        guard !rows.isEmpty else { throw try await refusal(job) }
        return try rows.compactMap(OutputFileBody.init(joined:))
    }

    /// Checks that the runner may read the source and write files, and says where they are.
    package func authorize(_ job: JobID, tokenHash: [UInt8]) async throws -> JobFolder {
        let folder = try await pool.first(
            JobFolder.self,
            """
            SELECT j.video_id, v.slug, j.generation, v.source_etag, v.source_extension, v.source_bytes
            FROM (SELECT video_id, generation FROM transcoding_jobs WHERE \(Self.fence(job, tokenHash))) j
            JOIN videos v ON v.id = j.video_id
            """
        )
        guard let folder else { throw try await refusal(job) }
        return folder
    }

    private static func renewal(_ job: JobID, _ tokenHash: [UInt8], _ lease: Duration) -> SQLQuery {
        """
        UPDATE transcoding_jobs SET lease_until = now() + \(lease) WHERE \(fence(job, tokenHash))
        RETURNING id, lease_until, cancel_requested
        """
    }
}

extension OutputFileBody {
    /// Nil for the one row of a job without files.
    fileprivate init?(joined row: PostgresRow) throws(PostgresError) {
        guard let path = try row.decode("path", as: OutputPath?.self) else { return nil }
        self.init(path: path, bytes: try row.decode("bytes"), sha256: try row.decode("sha256"))
    }
}

extension ProgressReport {
    /// At most 32 rungs, each once: one statement cannot insert a row twice.
    fileprivate var distinctQualities: [QualityProgress] {
        Dictionary(qualities.prefix(32).map { ($0.quality, $0) }) { $1 }.values.sorted { $0.quality < $1.quality }
    }
}

extension Double {
    fileprivate var asPercentage: Double { isNaN ? 0 : min(max(self, 0), 100) }
}
