"""Videos as rows of the database: ready and published, though nothing was transcoded."""

from bench.installation import Installation


def insert_ready_videos(vlog: Installation, count: int):
    """Titles, descriptions and slugs of usual lengths, nine in ten in one of ten categories, four rungs each."""
    vlog.sql(f"""
        INSERT INTO categories (name, slug)
        SELECT 'Category ' || n, 'category-' || n FROM generate_series(0, 9) n;

        INSERT INTO videos (
            slug, title, description, category_id, status, source_filename, source_extension, source_bytes, source_etag,
            source_width, source_height, source_duration, source_video_codec, source_audio_codec,
            generation, duration, width, height, has_thumbnail, published_at, created_at, ready_at
        )
        SELECT
            'a-video-about-something-' || n, 'A video about something, part ' || n,
            'What is to be seen in part ' || n || ', who made it, and where it was filmed. '
                || repeat('More of it. ', n % 12),
            CASE WHEN n % 10 < 9 THEN (SELECT id FROM categories WHERE slug = 'category-' || n % 10) END,
            'ready', 'video-' || n || '.mp4', 'mp4', 100000000 + n, md5(n::text),
            1920, 1080, 60 + n % 3000 + 0.04, 'h264', 'aac',
            1, 60 + n % 3000 + 0.04, 1920, 1080, true,
            now() - n * interval '1 hour', now() - n * interval '1 hour', now() - n * interval '1 hour'
        FROM generate_series(1, {count}) n;

        INSERT INTO video_qualities (video_id, quality, width, height, frame_rate, bandwidth, average_bandwidth, codecs)
        SELECT v.id, lines || 'p', lines * 16 / 9, lines, 30, lines * 7000, lines * 5000, 'avc1.640028,mp4a.40.2'
        FROM videos v, unnest(ARRAY[1080, 720, 480, 360]) lines;

        VACUUM ANALYZE;
    """)
