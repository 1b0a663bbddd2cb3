/// One track: its bytes in, its segments and their table out.
struct TrackPackager: Sendable {
    let description: TrackDescription
    private let grid: SegmentGrid
    private var parser = FragmentParser()
    private(set) var initialization: InitializationSegment?
    private(set) var table: SegmentTable?
    private(set) var hasEnded = false
    /// The one of the two that the description's kind needs, once the stream began. Two optionals and no enum, so that
    /// a cutter changes in place.
    private var video: VideoCutter?
    private var audio: AudioCutter?
    private var whole: [MediaSegment] = []
    private let resumed: LadderResume.Track?
    private let firstSegment: Int
    /// Segments of the stream that an earlier run has stored.
    private var passedOver = 0

    init(_ description: TrackDescription, grid: SegmentGrid, resumed: LadderResume.Track?, firstSegment: Int) {
        self.description = description
        self.grid = grid
        self.resumed = resumed
        self.firstSegment = firstSegment
    }

    var gopsPerSegment: Int { grid.gopsPerSegment }

    var id: TrackID { description.id }

    var isVideo: Bool {
        switch description.content {
        case .video: true
        case .audio: false
        }
    }

    var segmentCount: Int { table?.entries.count ?? 0 }

    /// Where the pictures that came so far end; zero for sound.
    var pictureReach: MediaTime { video?.reach ?? .zero }

    mutating func append(_ bytes: [UInt8]) throws(PackagingError) {
        guard !hasEnded else { throw PackagingError(.malformed, "bytes after the end of the stream") }
        for event in try parser.append(bytes[...]) {
            switch event {
            case .initialization(let initialization): try begin(initialization)
            case .fragment(let fragment):
                if let segment = try video?.append(fragment) { whole.append(segment) }
                try audio?.append(fragment)
            }
        }
    }

    mutating func finish() throws(PackagingError) {
        guard !hasEnded else { throw PackagingError(.malformed, "the stream ended twice") }
        try parser.finish()
        hasEnded = true
        if let segment = video?.finish() { whole.append(segment) }
        audio?.finish()
        guard !isVideo || segmentCount + whole.count > 0 else {
            throw PackagingError(.empty, "the stream ended without a picture")
        }
    }

    /// The segments that became whole since the last call, now also in the table. Sound follows the picture.
    mutating func takeSegments(
        pictureReaches reach: MediaTime,
        pictureEnded: Bool
    ) throws(PackagingError) -> [MediaSegment] {
        whole += audio?.segments(pictureReaches: reach, pictureEnded: pictureEnded) ?? []
        let known = min(passedOver, whole.count)
        passedOver -= known
        let new = Array(whole.dropFirst(known))
        whole = []
        for segment in new {
            try checkLength(segment.entry)
            table?.append(segment.entry)
        }
        return new
    }

    private mutating func begin(_ initialization: InitializationSegment) throws(PackagingError) {
        switch (initialization.format, description.content) {
        case (.video(let format), .video(let description)):
            video = try VideoCutter(
                initialization,
                format: format,
                video: description,
                gopsPerSegment: grid.gopsPerSegment,
                firstSegment: firstSegment
            )
        case (.audio(let format), .audio(let description)):
            guard format.channels == description.channels else {
                throw PackagingError(
                    .unsupported,
                    "\(format.channels) channels of sound where \(description.channels) were announced"
                )
            }
            audio = try AudioCutter(initialization, segmentTime: grid.segmentTime)
        case (.video, .audio), (.audio, .video):
            throw PackagingError(.unsupported, "picture where sound belongs, or sound where picture belongs")
        }
        self.initialization = initialization
        table = SegmentTable(timescale: initialization.timescale)
        if isVideo, firstSegment > 0 { try takeUp(resumed, initialization) }
    }

    private mutating func takeUp(
        _ resumed: LadderResume.Track?,
        _ initialization: InitializationSegment
    ) throws(PackagingError) {
        guard let resumed, resumed.segments.count >= firstSegment, let segmentTicks = video?.segmentTicks,
            resumed.segments.allSatisfy({ $0.keyFrames.count == grid.gopsPerSegment })
        else { throw PackagingError(.resumeMismatch, "not as many segments as are to be passed over") }
        guard resumed.initialization == initialization.bytes else {
            throw PackagingError(.resumeMismatch, "another init than that of the stored segments")
        }
        let gopTicks = segmentTicks / grid.gopsPerSegment
        for entry in resumed.entries(segmentTicks: segmentTicks, gopTicks: gopTicks) { table?.append(entry) }
        passedOver = resumed.segments.count - firstSegment
    }

    private func checkLength(_ entry: SegmentEntry) throws(PackagingError) {
        let duration = MediaTime(ticks: entry.duration, timescale: table?.timescale ?? 1)
        guard grid.allows(duration) else {
            throw PackagingError(.timing, "a segment of \(duration.seconds) s at tick \(entry.start) is too long")
        }
    }
}
