/// A packet of an MPEG-2 transport stream (ISO/IEC 13818-1 section 2.4.3): 188 bytes that begin with 0x47.
struct TransportPacket: Sendable, Equatable {
    static let length = 188

    private(set) var bytes: [UInt8]
    /// Where the payload begins; `length` when there is none.
    private let payloadStart: Int

    /// Throws `malformed` when the bytes are no packet.
    init(_ bytes: ArraySlice<UInt8>) throws(PackagingError) {
        self.bytes = Array(bytes)
        guard self.bytes.count == Self.length, self.bytes[0] == 0x47, self.bytes[1] & 0x80 == 0 else {
            throw PackagingError(.malformed, "bytes that are no packet of a transport stream")
        }
        let control = self.bytes[3] >> 4 & 0x03
        let afterField = control & 0x02 == 0 ? 4 : 5 + Int(self.bytes[4])
        payloadStart = control & 0x01 == 0 ? Self.length : min(afterField, Self.length)
    }

    var pid: Int { Int(bytes[1] & 0x1F) << 8 | Int(bytes[2]) }
    /// A PES packet or a table begins in it.
    var isStart: Bool { bytes[1] & 0x40 != 0 }
    /// Decoding can begin here, says whoever wrote it.
    var isRandomAccess: Bool { bytes[3] & 0x20 != 0 && bytes[4] > 0 && bytes[5] & 0x40 != 0 }
    var payload: ArraySlice<UInt8> { bytes[payloadStart...] }

    /// The same packet with another continuity counter.
    func counted(_ counter: Int) -> TransportPacket {
        var copy = self
        copy.bytes[3] = bytes[3] & 0xF0 | UInt8(counter & 0x0F)
        return copy
    }
}

/// What the program association and program map tables say of the one program that we write (sections 2.4.4.3 and 2.4.4.8).
struct TransportProgram: Sendable, Equatable {
    let videoPID: Int

    /// The PID of the program map, from a program association table of one program.
    static func mapPID(in table: TransportPacket) throws(PackagingError) -> Int {
        let section = try Self.section(of: table)
        guard section.count >= 12 else { throw PackagingError(.malformed, "a program association table is too short") }
        return Int(section[section.startIndex + 10] & 0x1F) << 8 | Int(section[section.startIndex + 11])
    }

    /// Throws `unsupported` unless there is one H.264 stream (type 0x1B).
    init(map: TransportPacket) throws(PackagingError) {
        let section = try Self.section(of: map)
        let start = section.startIndex
        guard section.count >= 16 else { throw PackagingError(.malformed, "a program map table is too short") }
        var index = start + 12 + (Int(section[start + 10] & 0x0F) << 8 | Int(section[start + 11]))
        // Four bytes of checksum end the section.
        while index + 5 <= section.endIndex - 4 {
            if section[index] == 0x1B {
                videoPID = Int(section[index + 1] & 0x1F) << 8 | Int(section[index + 2])
                return
            }
            index += 5 + (Int(section[index + 3] & 0x0F) << 8 | Int(section[index + 4]))
        }
        throw PackagingError(.unsupported, "a program without H.264")
    }

    /// The table in a packet, from its id to its checksum.
    private static func section(of packet: TransportPacket) throws(PackagingError) -> ArraySlice<UInt8> {
        let payload = packet.payload
        guard let pointer = payload.first, payload.count > Int(pointer) + 4 else {
            throw PackagingError(.malformed, "a table without a section")
        }
        let start = payload.startIndex + 1 + Int(pointer)
        let length = 3 + (Int(payload[start + 1] & 0x0F) << 8 | Int(payload[start + 2]))
        guard start + length <= payload.endIndex else {
            throw PackagingError(.unsupported, "a table over several packets")
        }
        return payload[start..<(start + length)]
    }
}
