/// What to make of a source. All of it is chosen by the server; no text in it came from a client.
package struct TranscodeProfile: Codable, Sendable, Equatable {
    /// The rungs that may be made; the plan leaves out those above the source.
    package var qualities: [Quality]
    /// Every rung is made in each of these. With `h264` among them every device can play the result.
    package var codecs: [VideoCodec]
    package var format: StreamFormat
    /// Whether sources of high dynamic range also get rungs that keep it, in the codecs that can.
    package var keepsHDR: Bool
    package var effort: EncodingEffort
    /// Nil for none.
    package var sprites: SpriteLayout?
    /// Seconds per segment and per closed GOP, nominally.
    package var segmentSeconds: Double
    package var gopSeconds: Double
    /// The folder of rung `q` is `q` for generation 1 and `q-gN` later, so that a published file never changes.
    package var generation: Int

    package init(
        qualities: [Quality] = Quality.ladder,
        codecs: [VideoCodec] = [.h264],
        format: StreamFormat = .cmaf,
        keepsHDR: Bool = false,
        effort: EncodingEffort = .fast,
        sprites: SpriteLayout? = SpriteLayout(),
        segmentSeconds: Double = 6,
        gopSeconds: Double = 2,
        generation: Int = 1
    ) {
        self.qualities = qualities
        self.codecs = codecs
        self.format = format
        self.keepsHDR = keepsHDR
        self.effort = effort
        self.sprites = sprites
        self.segmentSeconds = segmentSeconds
        self.gopSeconds = gopSeconds
        self.generation = generation
    }

    enum CodingKeys: String, CodingKey {
        case qualities, codecs, format, effort, sprites, generation
        case keepsHDR = "keeps_hdr"
        case segmentSeconds = "segment_seconds"
        case gopSeconds = "gop_seconds"
    }

    /// What a profile that was stored by an older server lacks is as it was then.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            qualities: try container.decode([Quality].self, forKey: .qualities),
            codecs: try container.decodeIfPresent([VideoCodec].self, forKey: .codecs) ?? [.h264],
            format: try container.decodeIfPresent(StreamFormat.self, forKey: .format) ?? .cmaf,
            keepsHDR: try container.decodeIfPresent(Bool.self, forKey: .keepsHDR) ?? false,
            effort: try container.decodeIfPresent(EncodingEffort.self, forKey: .effort) ?? .fast,
            sprites: try container.decodeIfPresent(SpriteLayout.self, forKey: .sprites),
            segmentSeconds: try container.decode(Double.self, forKey: .segmentSeconds),
            gopSeconds: try container.decode(Double.self, forKey: .gopSeconds),
            generation: try container.decode(Int.self, forKey: .generation)
        )
    }
}

/// A video codec that rungs can be made in; `h264` is played everywhere.
package enum VideoCodec: String, Codable, Sendable, CaseIterable {
    case h264, hevc, av1
}

/// How rungs are stored and offered.
package enum StreamFormat: String, Codable, Sendable, CaseIterable {
    /// Fragmented MP4 that HLS and DASH share; picture and sound apart.
    case cmaf
    /// Transport streams with picture and sound together, for players that know only HLS of the old kind: H.264 with the
    /// first sound track, without DASH.
    case transportStream = "hls_ts"
}

/// What an encoder spends on each bit that it saves.
package enum EncodingEffort: String, Codable, Sendable, CaseIterable {
    case fast, balanced, thorough
}

/// How previews for the seek bar are put on sheets.
package struct SpriteLayout: Codable, Sendable, Equatable {
    /// Pictures per sheet, across and down.
    package var columns: Int
    package var rows: Int
    /// Seconds from one picture to the next.
    package var interval: Int
    /// Pixels of one picture; a video of another shape stands in its middle.
    package var width: Int
    package var height: Int

    package init(columns: Int = 10, rows: Int = 10, interval: Int = 10, width: Int = 160, height: Int = 90) {
        self.columns = columns
        self.rows = rows
        self.interval = interval
        self.width = width
        self.height = height
    }

    /// Reads `10`, `10:160x90` or `10:160x90:10x10`: seconds, pixels of a picture, pictures across and down a sheet. Nil
    /// for anything else, and beyond what players and JPEG can do with a sheet (65,535 pixels a side, ISO/IEC 10918-1).
    package init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), let interval = Int(parts[0]), (1...600).contains(interval) else {
            return nil
        }
        self.init(interval: interval)
        if parts.count > 1 {
            guard let size = Self.pair(parts[1], 16...640) else { return nil }
            // Chroma is stored for two by two pixels.
            (width, height) = (size.0 & ~1, size.1 & ~1)
        }
        if parts.count > 2 {
            guard let grid = Self.pair(parts[2], 1...20) else { return nil }
            (columns, rows) = grid
        }
    }

    private static func pair(_ text: Substring, _ range: ClosedRange<Int>) -> (Int, Int)? {
        let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let first = numbers[0], let second = numbers[1], range.contains(first),
            range.contains(second)
        else { return nil }
        return (first, second)
    }
}
