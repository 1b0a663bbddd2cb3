-- Jobs are claimed in the order of the time from which they count as waiting: when they were made, moved by half an hour
-- per step of priority. So a job of low priority waits longer than others, but not for ever.
ALTER TABLE transcoding_jobs
    ADD COLUMN waits_from timestamptz NOT NULL DEFAULT now(),
    -- The worker that failed at it last; others are asked first.
    ADD COLUMN failed_by  bigint REFERENCES workers ON DELETE SET NULL,
    -- What made the pictures, for example h264_nvenc.
    ADD COLUMN encoder    text;
UPDATE transcoding_jobs SET waits_from = created_at - (priority - 1) * interval '30 minutes';
DROP INDEX transcoding_jobs_queue;
CREATE INDEX transcoding_jobs_queue ON transcoding_jobs (waits_from, id) WHERE state = 'queued';

ALTER TABLE workers
    -- It finishes what it has and gets no more.
    ADD COLUMN draining          boolean NOT NULL DEFAULT false,
    -- Failures since its last success.
    ADD COLUMN strikes           integer NOT NULL DEFAULT 0,
    ADD COLUMN quarantined_until timestamptz;
