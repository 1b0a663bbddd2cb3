-- Names and columns follow docs/architecture.md, "Tables". Times are timestamptz; states are text with a CHECK, and
-- their Swift enums are in VLogCore.

CREATE TABLE categories (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL,
    slug        text NOT NULL UNIQUE,
    description text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX categories_name_key ON categories (lower(name));

CREATE TABLE videos (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug               text NOT NULL UNIQUE,
    title              text NOT NULL,
    description        text NOT NULL DEFAULT '',
    category_id        bigint REFERENCES categories ON DELETE SET NULL,
    status             text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'ready', 'failed')),
    -- The upload: uploads/{id}.{source_extension}
    source_filename    text NOT NULL,
    source_extension   text NOT NULL,
    source_bytes       bigint NOT NULL,
    source_etag        text NOT NULL,
    source_width       integer,
    source_height      integer,
    source_duration    double precision,
    source_video_codec text,
    source_audio_codec text,
    -- The result
    generation         integer NOT NULL DEFAULT 0,
    duration           double precision,
    width              integer,
    height             integer,
    has_thumbnail      boolean NOT NULL DEFAULT false,
    published_at       timestamptz,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    ready_at           timestamptz,
    deleted_at         timestamptz,
    -- The parser would keep "my_clip.v2/cut" as one token; Catalog's SearchTerms splits a search the same way.
    search             tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', translate(title, '._/-', '    ')), 'A')
        || setweight(to_tsvector('simple', translate(description, '._/-', '    ')), 'B')
    ) STORED
);
CREATE INDEX videos_public ON videos (published_at DESC, id DESC) WHERE status = 'ready' AND deleted_at IS NULL;
CREATE INDEX videos_created ON videos (created_at DESC, id DESC);
CREATE INDEX videos_category ON videos (category_id);
CREATE INDEX videos_search ON videos USING gin (search);

-- The rungs of the published generation.
CREATE TABLE video_qualities (
    video_id          bigint NOT NULL REFERENCES videos ON DELETE CASCADE,
    quality           text NOT NULL,
    width             integer NOT NULL,
    height            integer NOT NULL,
    frame_rate        double precision NOT NULL,
    bandwidth         integer NOT NULL,
    average_bandwidth integer NOT NULL,
    codecs            text NOT NULL,
    PRIMARY KEY (video_id, quality)
);

CREATE TABLE workers (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL UNIQUE,
    enabled      boolean NOT NULL DEFAULT true,
    version      text,
    capabilities jsonb NOT NULL DEFAULT '{}',
    last_seen_at timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE worker_api_keys (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker_id  bigint NOT NULL REFERENCES workers ON DELETE CASCADE,
    prefix     text NOT NULL UNIQUE,
    -- argon2id in PHC string format
    hash       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE INDEX worker_api_keys_worker ON worker_api_keys (worker_id);

CREATE TABLE transcoding_jobs (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    video_id         bigint NOT NULL REFERENCES videos ON DELETE CASCADE,
    state            text NOT NULL DEFAULT 'queued'
                     CHECK (state IN ('queued', 'running', 'finalising', 'completed', 'failed', 'cancelled')),
    priority         smallint NOT NULL DEFAULT 1,
    -- The profile a runner gets, as JSON (VLogCore.TranscodeProfile); its generation is also here, for uniqueness.
    profile          jsonb NOT NULL,
    generation       integer NOT NULL,
    not_before       timestamptz NOT NULL DEFAULT now(),
    -- Attempts so far, those charged to the budget, and those lost with their runner.
    attempt          integer NOT NULL DEFAULT 0,
    failures         integer NOT NULL DEFAULT 0,
    losses           integer NOT NULL DEFAULT 0,
    worker_id        bigint REFERENCES workers ON DELETE SET NULL,
    -- SHA-256 of the secret that the attempt's runner holds; null when nobody does.
    lease_token_hash bytea,
    lease_until      timestamptz,
    cancel_requested boolean NOT NULL DEFAULT false,
    stage            text CHECK (stage IN ('downloading', 'probing', 'encoding', 'uploading', 'finishing')),
    percent          double precision NOT NULL DEFAULT 0,
    -- The CompleteRequest, kept from `complete` until the files are published.
    result           jsonb,
    error_code       text,
    error            text,
    log_tail         text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    started_at       timestamptz,
    finished_at      timestamptz,
    UNIQUE (video_id, generation)
);
CREATE INDEX transcoding_jobs_queue ON transcoding_jobs (priority DESC, id) WHERE state = 'queued';
CREATE INDEX transcoding_jobs_leases ON transcoding_jobs (lease_until) WHERE state = 'running';
CREATE INDEX transcoding_jobs_finalising ON transcoding_jobs (id) WHERE state = 'finalising';

CREATE TABLE quality_progress (
    job_id   bigint NOT NULL REFERENCES transcoding_jobs ON DELETE CASCADE,
    quality  text NOT NULL,
    lines    integer NOT NULL,
    percent  double precision NOT NULL DEFAULT 0,
    segments integer NOT NULL DEFAULT 0,
    PRIMARY KEY (job_id, quality)
);

-- What a job's attempts have uploaded, whole and checked.
CREATE TABLE job_files (
    job_id      bigint NOT NULL REFERENCES transcoding_jobs ON DELETE CASCADE,
    path        text NOT NULL,
    bytes       bigint NOT NULL,
    sha256      text NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, path)
);

CREATE TABLE admin_credentials (
    name          text PRIMARY KEY,
    -- argon2id in PHC string format
    password_hash text NOT NULL,
    updated_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE admin_sessions (
    -- SHA-256 of the cookie's value
    token_hash bytea PRIMARY KEY,
    csrf_token text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
