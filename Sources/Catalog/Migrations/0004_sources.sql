-- Whether the source is HDR10 or HLG, which not every runner can map to the standard range.
ALTER TABLE videos ADD COLUMN source_hdr boolean NOT NULL DEFAULT false;
