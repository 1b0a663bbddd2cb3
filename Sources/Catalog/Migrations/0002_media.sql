-- A quality may be there in several codecs.
ALTER TABLE video_qualities DROP CONSTRAINT video_qualities_pkey, ADD PRIMARY KEY (video_id, quality, codecs);

-- The WebVTT file of the previews, below the video's folder; NULL when there is none.
ALTER TABLE videos ADD COLUMN previews_path text;

-- Transport streams have no manifest of DASH.
ALTER TABLE videos ADD COLUMN has_dash boolean NOT NULL DEFAULT true;
