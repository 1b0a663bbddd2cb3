/// Reads the moofs of a segment without refusing what rules forbid.
struct SegmentReader {
    private let bytes: [UInt8]
    private let initialization: InitializationFacts?
    private var facts: SegmentFacts

    /// In all moofs so far: a run of samples that say nothing of themselves takes no room in a file.
    private var sampleCount = 0

    /// Half an hour of 60 pictures a second.
    private static let mostSamples = 108_000

    private init(_ bytes: [UInt8], _ initialization: InitializationFacts?) {
        self.bytes = bytes
        self.initialization = initialization
        facts = SegmentFacts(size: bytes.count)
    }

    static func read(_ bytes: [UInt8], _ initialization: InitializationFacts?) -> SegmentFacts {
        var reader = SegmentReader(bytes, initialization)
        reader.take()
        return reader.facts
    }

    private mutating func take() {
        let walk = PlacedBox.walk(bytes)
        facts.boxes = walk.boxes
        if let problem = walk.problem { facts.problems.append(problem) }
        for (index, box) in walk.boxes.enumerated() where box.type == "moof" {
            let data = walk.boxes.indices.contains(index + 1) ? walk.boxes[index + 1] : nil
            do { try takeMoof(box, data) } catch { facts.problems.append((box.offset, "\(error.message).")) }
        }
    }

    private mutating func takeMoof(_ moof: PlacedBox, _ data: PlacedBox?) throws(PackagingError) {
        let boxes = try moof.reader(bytes).children()
        var sequence: UInt32?
        if var header = boxes.first("mfhd") {
            try header.skip(4)
            sequence = try header.word()
        }
        let trafs = boxes.filter { $0.type == "traf" }
        for traf in trafs {
            var fragment = try self.fragment(traf, moof, data)
            fragment.sequence = sequence
            fragment.trackCount = trafs.count
            facts.fragments.append(fragment)
        }
    }

    private mutating func fragment(
        _ traf: BoxReader,
        _ moof: PlacedBox,
        _ data: PlacedBox?
    ) throws(PackagingError) -> SegmentFacts.Fragment {
        let boxes = try traf.children()
        var header = try boxes.only("tfhd", in: "traf")
        let flags = try header.fullHeader().flags
        var fragment = SegmentFacts.Fragment(offset: moof.offset, trackID: try header.word())
        fragment.hasBaseOffset = flags & 0x01 != 0
        fragment.isAddressedFromMoof = flags & 0x02_0000 != 0
        let base = fragment.hasBaseOffset ? try header.time(version: 1) : moof.offset
        if flags & 0x02 != 0 { try header.skip(4) }
        var defaults = initialization?.defaults[fragment.trackID] ?? SampleDefaults(duration: 0, size: 0, flags: 0)
        if flags & 0x08 != 0 { defaults.duration = try header.count() }
        if flags & 0x10 != 0 { defaults.size = try header.count() }
        if flags & 0x20 != 0 { defaults.flags = try header.word() }
        if var tfdt = boxes.first("tfdt") {
            fragment.decodeTimeVersion = try tfdt.fullHeader().version
            // A time over 2^53 is one that no clock had; the rule about it tells of it.
            fragment.decodeTime = try? tfdt.time(version: fragment.decodeTimeVersion)
        }
        var cursor = Cursor(base: base, next: data?.content.lowerBound ?? base, data: data?.content)
        for trun in boxes where trun.type == "trun" { try take(trun, defaults, &cursor, into: &fragment) }
        return fragment
    }

    /// Where sample data is.
    private struct Cursor {
        let base: Int
        var next: Int
        let data: Range<Int>?

        func holds(_ range: Range<Int>) -> Bool {
            data.map { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound } ?? false
        }
    }

    private mutating func take(
        _ trun: BoxReader,
        _ defaults: SampleDefaults,
        _ cursor: inout Cursor,
        into fragment: inout SegmentFacts.Fragment
    ) throws(PackagingError) {
        var reader = trun
        let (version, flags) = try reader.fullHeader()
        fragment.runVersions.insert(version)
        let count = try reader.count()
        sampleCount += count
        guard sampleCount <= Self.mostSamples else {
            throw PackagingError(.tooLarge, "The segment has over \(Self.mostSamples) samples")
        }
        if flags & 0x01 != 0 { cursor.next = cursor.base + Int(Int32(bitPattern: try reader.word())) }
        var first = defaults
        if flags & 0x04 != 0 { first.flags = try reader.word() }
        for index in 0..<count {
            let sample = try Self.sample(&reader, version, flags, index == 0 ? first : defaults)
            let range = cursor.next..<cursor.next + sample.size
            if !cursor.holds(range) { fragment.isDataInside = false }
            if fragment.samples.count == 0 { take(first: range, cursor, into: &fragment) }
            fragment.samples.append(sample)
            cursor.next = range.upperBound
        }
    }

    private func take(first range: Range<Int>, _ cursor: Cursor, into fragment: inout SegmentFacts.Fragment) {
        fragment.firstSampleEnd = range.upperBound
        guard let bitstream = initialization?.track(fragment.trackID)?.entry?.bitstream, cursor.holds(range) else {
            return
        }
        fragment.keyFrame = KeyFrame(bytes[range], bitstream)
    }

    private static func sample(
        _ reader: inout BoxReader,
        _ version: UInt8,
        _ flags: UInt32,
        _ defaults: SampleDefaults
    ) throws(PackagingError) -> Sample {
        let duration = flags & 0x100 != 0 ? try reader.count() : defaults.duration
        let size = flags & 0x200 != 0 ? try reader.count() : defaults.size
        let sampleFlags = flags & 0x400 != 0 ? try reader.word() : defaults.flags
        let offset = flags & 0x800 != 0 ? try reader.word() : 0
        return Sample(
            duration: duration,
            size: size,
            compositionOffset: version == 0 ? Int(offset) : Int(Int32(bitPattern: offset)),
            isSync: sampleFlags & 0x1_0000 == 0
        )
    }
}
