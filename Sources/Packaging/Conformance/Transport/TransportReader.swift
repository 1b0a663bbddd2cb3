/// Walks the packets of a transport stream segment.
struct TransportReader {
    private let bytes: [UInt8]
    private var facts: TransportFacts
    private var mapPID: Int?
    private var sawPayload = false
    /// The beginning of each stream's first access unit.
    private var beginnings: [Int: [UInt8]] = [:]
    /// Streams whose first access unit is over.
    private var closed: Set<Int> = []

    private static let packetSize = 188
    private static let mostProblems = 20
    /// Parameter sets, SEI messages and the header of the first slice lie well before this.
    private static let mostOfBeginning = 16_384

    static func read(_ bytes: [UInt8]) -> TransportFacts {
        var reader = TransportReader(bytes: bytes, facts: TransportFacts(size: bytes.count))
        reader.walk()
        return reader.facts
    }

    private init(bytes: [UInt8], facts: TransportFacts) {
        self.bytes = bytes
        self.facts = facts
    }

    private mutating func walk() {
        if !bytes.count.isMultiple(of: Self.packetSize) {
            report(bytes.count, "The segment does not end with a whole packet of \(Self.packetSize) bytes.")
        }
        for offset in stride(from: 0, to: bytes.count - Self.packetSize + 1, by: Self.packetSize) {
            guard bytes[offset] == 0x47 else { return report(offset, "The sync byte of a packet is missing.") }
            take(bytes[offset..<offset + Self.packetSize], offset)
        }
        for (pid, beginning) in beginnings {
            let isKeyFrame = isKeyFrame(beginning, pid)
            facts.streams[pid]?.startsWithKeyFrame = isKeyFrame
        }
    }

    private mutating func report(_ byte: Int, _ message: String) {
        if facts.problems.count < Self.mostProblems { facts.problems.append((byte, message)) }
    }

    private mutating func take(_ packet: ArraySlice<UInt8>, _ offset: Int) {
        let start = packet.startIndex
        let pid = Int(packet[start + 1] & 0x1F) << 8 | Int(packet[start + 2])
        let isFirst = packet[start + 1] & 0x40 != 0
        let control = packet[start + 3] >> 4 & 0x03
        guard control & 0x01 != 0, pid != 0x1FFF else { return }
        var payload = packet.dropFirst(4)
        var isDiscontinuous = false
        if control & 0x02 != 0 {
            let length = Int(payload.first ?? 0)
            isDiscontinuous = length > 0 && payload[start + 5] & 0x80 != 0
            payload = payload.dropFirst(length + 1)
        }
        count(pid, Int(packet[start + 3] & 0x0F), offset, isDiscontinuous)
        switch pid {
        case 0: if isFirst { takeAssociations(payload) }
        case mapPID: if isFirst { takeMap(payload) }
        case 0x10...0x1F: return
        default: takeMedia(payload, pid, isFirst)
        }
    }

    private mutating func count(_ pid: Int, _ counter: Int, _ offset: Int, _ isDiscontinuous: Bool) {
        if let known = facts.counters[pid], !isDiscontinuous, counter != (known.last + 1) % 16, counter != known.last {
            report(offset, "The continuity counter of PID \(pid) goes from \(known.last) to \(counter).")
        }
        facts.counters[pid] = (facts.counters[pid]?.first ?? counter, counter)
    }

    /// The table of a section that begins in this packet, without its header and checksum.
    private func table(_ payload: ArraySlice<UInt8>, header: Int) -> ArraySlice<UInt8>? {
        guard let pointer = payload.first else { return nil }
        let section = payload.dropFirst(1 + Int(pointer))
        guard section.count > header + 4 else { return nil }
        let start = section.startIndex
        let length = Int(section[start + 1] & 0x0F) << 8 | Int(section[start + 2])
        guard length >= header + 1, length + 3 <= section.count else { return nil }
        return section[(start + header)..<(start + 3 + length - 4)]
    }

    private mutating func takeAssociations(_ payload: ArraySlice<UInt8>) {
        guard facts.programCount == 0, var table = table(payload, header: 8) else { return }
        while table.count >= 4 {
            let start = table.startIndex
            let program = Int(table[start]) << 8 | Int(table[start + 1])
            let pid = Int(table[start + 2] & 0x1F) << 8 | Int(table[start + 3])
            if program != 0 {
                facts.programCount += 1
                mapPID = mapPID ?? pid
            }
            table = table.dropFirst(4)
        }
    }

    private mutating func takeMap(_ payload: ArraySlice<UInt8>) {
        guard facts.streams.isEmpty, let table = table(payload, header: 12) else { return }
        let header = table.startIndex - 2
        let descriptors = Int(bytes[header] & 0x0F) << 8 | Int(bytes[header + 1])
        var rest = table.dropFirst(descriptors)
        while rest.count >= 5, facts.streams.count < 32 {
            let start = rest.startIndex
            let pid = Int(rest[start + 1] & 0x1F) << 8 | Int(rest[start + 2])
            facts.streams[pid] = TransportFacts.Stream(type: rest[start])
            rest = rest.dropFirst(5 + (Int(rest[start + 3] & 0x0F) << 8 | Int(rest[start + 4])))
        }
        if !sawPayload { facts.startsWithTables = true }
    }

    private mutating func takeMedia(_ payload: ArraySlice<UInt8>, _ pid: Int, _ isFirst: Bool) {
        sawPayload = true
        guard let stream = facts.streams[pid] else { return }
        if isFirst {
            // A second access unit: the first one's beginning is whole.
            guard stream.firstTime == nil else {
                closed.insert(pid)
                return
            }
            facts.streams[pid]?.firstTime = Self.presentationTime(payload)
            beginnings[pid] = Array(payload)
        } else if let count = beginnings[pid]?.count, count < Self.mostOfBeginning, !closed.contains(pid) {
            beginnings[pid]?.append(contentsOf: payload)
        }
    }

    /// Section 2.4.3.6: 33 bits in five bytes with markers between.
    private static func presentationTime(_ payload: ArraySlice<UInt8>) -> Int? {
        let start = payload.startIndex
        guard payload.count >= 14, payload.prefix(3).elementsEqual([0, 0, 1]), payload[start + 7] & 0x80 != 0 else {
            return nil
        }
        let fields = payload[(start + 9)..<(start + 14)].map(Int.init)
        let (high, low) = (fields[1] << 7 | fields[2] >> 1, fields[3] << 7 | fields[4] >> 1)
        return (fields[0] >> 1 & 0x07) << 30 | high << 15 | low
    }

    /// Looks for the first NAL unit with picture data behind its start code; nil for other streams.
    private func isKeyFrame(_ beginning: [UInt8], _ pid: Int) -> Bool? {
        guard let type = facts.streams[pid]?.type, type == 0x1B || type == 0x24 else { return nil }
        var zeroes = 0
        for (index, byte) in beginning.enumerated() {
            if byte == 1, zeroes >= 2, index + 1 < beginning.count {
                let header = beginning[index + 1]
                if type == 0x1B, (1...5).contains(header & 0x1F) { return header & 0x1F == 5 }
                if type == 0x24, header & 0x80 == 0, header >> 1 < 32 { return [19, 20].contains(header >> 1) }
            }
            zeroes = byte == 0 ? zeroes + 1 : 0
        }
        return false
    }
}
