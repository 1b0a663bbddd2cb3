/// What ffprobe prints with `-of json -show_streams -show_format`; numbers come as text, and anything may be missing.
struct ProbeOutput: Decodable {
    struct Stream: Decodable {
        var index: Int
        var codecType: String?
        var codecName: String?
        var width: Int?
        var height: Int?
        var sampleAspectRatio: String?
        var pixelFormat: String?
        var colourRange: String?
        var colourTransfer: String?
        var colourPrimaries: String?
        var colourMatrix: String?
        var fieldOrder: String?
        var rate: String?
        var averageRate: String?
        var startTime: String?
        var duration: String?
        var channels: Int?
        var disposition: [String: Int]?
        var tags: Tags?
        var sideData: [SideData]?

        enum CodingKeys: String, CodingKey {
            case index, width, height, duration, channels, disposition, tags
            case codecType = "codec_type"
            case codecName = "codec_name"
            case sampleAspectRatio = "sample_aspect_ratio"
            case pixelFormat = "pix_fmt"
            case colourRange = "color_range"
            case colourTransfer = "color_transfer"
            case colourPrimaries = "color_primaries"
            case colourMatrix = "color_space"
            case fieldOrder = "field_order"
            case rate = "r_frame_rate"
            case averageRate = "avg_frame_rate"
            case startTime = "start_time"
            case sideData = "side_data_list"
        }
    }

    struct Tags: Decodable {
        var language: String?
        var title: String?
        /// Matroska's statistics: when the stream ends, as `00:00:09.974000000`.
        var duration: String?

        enum CodingKeys: String, CodingKey {
            case language, title
            case duration = "DURATION"
        }
    }

    struct SideData: Decodable {
        /// Degrees, of a display matrix.
        var rotation: Double?
        /// Of the screen that a film was graded on (SMPTE ST 2086), as fractions such as `34000/50000`.
        var redX: String?
        var redY: String?
        var greenX: String?
        var greenY: String?
        var blueX: String?
        var blueY: String?
        var whiteX: String?
        var whiteY: String?
        var minimumLuminance: String?
        var maximumLuminance: String?
        /// Of the content, in nits (CTA-861.3).
        var maximumContent: Int?
        var maximumAverage: Int?

        enum CodingKeys: String, CodingKey {
            case rotation
            case redX = "red_x"
            case redY = "red_y"
            case greenX = "green_x"
            case greenY = "green_y"
            case blueX = "blue_x"
            case blueY = "blue_y"
            case whiteX = "white_point_x"
            case whiteY = "white_point_y"
            case minimumLuminance = "min_luminance"
            case maximumLuminance = "max_luminance"
            case maximumContent = "max_content"
            case maximumAverage = "max_average"
        }
    }

    struct Format: Decodable {
        var startTime: String?
        var duration: String?

        enum CodingKeys: String, CodingKey {
            case duration
            case startTime = "start_time"
        }
    }

    struct Frame: Decodable {
        var sideData: [SideData]?

        enum CodingKeys: String, CodingKey { case sideData = "side_data_list" }
    }

    var streams: [Stream]?
    var format: Format?
    var frames: [Frame]?
}

extension ProbeOutput.Stream {
    func has(_ disposition: String) -> Bool { self.disposition?[disposition] == 1 }

    /// When the stream ends, in seconds from the start of the file; nil when the file does not say.
    func end(fileStart: Double) -> Double? {
        if let length = duration.flatMap(Double.init), length > 0 {
            return length + (startTime.flatMap(Double.init) ?? fileStart) - fileStart
        }
        return tags?.duration.flatMap(ProbeOutput.clock).map { $0 - fileStart }
    }
}

extension ProbeOutput {
    /// Reads `16/9` or `64:45`; nil for `0/0` and the like.
    static func ratio(_ text: String?) -> Double? {
        let parts = (text ?? "").split { $0 == "/" || $0 == ":" }.compactMap { Double($0) }
        guard parts.count == 2, parts[0] > 0, parts[1] > 0 else { return nil }
        return parts[0] / parts[1]
    }

    /// Seconds of `HH:MM:SS.fraction`.
    static func clock(_ text: String) -> Double? {
        let parts = text.split(separator: ":").compactMap { Double($0) }
        guard parts.count == 3 else { return nil }
        return parts[0] * 3_600 + parts[1] * 60 + parts[2]
    }
}
