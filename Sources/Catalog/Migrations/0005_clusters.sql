-- Jobs that are done on Kubernetes, each by a TranscodeJob. Its name is written here before it is made, so that whatever
-- crashes when, there is never a second one.
ALTER TABLE transcoding_jobs
    -- How often the job was handed to Kubernetes, which is a part of the next name.
    ADD COLUMN cluster_round   integer NOT NULL DEFAULT 0,
    -- The name of the TranscodeJob that does it; null while none does, and any runner that asks may have it.
    ADD COLUMN cluster_job     text UNIQUE,
    -- The UID of that TranscodeJob; null until it is known to be made.
    ADD COLUMN cluster_job_uid text,
    -- Why it does not run yet, in Kubernetes' words.
    ADD COLUMN cluster_message text,
    -- The pod that has had it last.
    ADD COLUMN cluster_pod     text,
    -- Of the request that made the job: it finds one video's story in the logs of all parts.
    ADD COLUMN trace_id        text;
CREATE INDEX transcoding_jobs_cluster ON transcoding_jobs (id)
    WHERE cluster_job IS NOT NULL AND state IN ('queued', 'running');

-- Tells this database from others whose servers use the same Kubernetes namespace. One row.
CREATE TABLE installation (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    is_the_one boolean PRIMARY KEY DEFAULT true CHECK (is_the_one)
);
INSERT INTO installation DEFAULT VALUES;
