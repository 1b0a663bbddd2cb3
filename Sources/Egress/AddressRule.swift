import Glibc

/// Which addresses may be connected to.
package struct AddressRule: Sendable {
    /// Whether an address that a name was resolved to may be connected to.
    let allows: @Sendable (IPAddress) -> Bool

    /// Any: for addresses that an administrator chose.
    package static let any = AddressRule { _ in true }

    /// Only what the whole internet can reach: for addresses that users give. So nobody makes the server ask its own
    /// loopback, its network, or a cloud's metadata service.
    package static let publicOnly = AddressRule { $0.isPublic }
}

/// An IPv4 or IPv6 address.
package struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes, in network order.
    package let bytes: [UInt8]

    /// Nil for other families.
    init?(_ address: UnsafePointer<sockaddr>, length: Int) {
        switch Int32(address.pointee.sa_family) {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            bytes = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self).sin_addr.networkBytes
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            bytes = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self).sin6_addr.networkBytes
        default: return nil
        }
    }

    /// From its text, as `inet_pton` reads it.
    package init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = four.networkBytes
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bytes = six.networkBytes
        } else {
            return nil
        }
    }

    /// Whether the whole internet can reach it: none of the special-purpose blocks of RFC 6890 and its registries,
    /// neither by itself nor as the IPv4 address that an IPv6 one carries.
    var isPublic: Bool {
        if bytes.count == 4 { return !Self.special4.contains { $0.contains(bytes) } }
        if let embedded = embeddedIPv4 { return embedded.isPublic }
        // Global unicast is all that was ever given out.
        return bytes[0] & 0xE0 == 0x20 && !Self.special6.contains { $0.contains(bytes) }
    }

    /// The IPv4 address within a mapped (RFC 4291), translated (RFC 6052) or 6to4 (RFC 3056) one.
    private var embeddedIPv4: IPAddress? {
        if Block([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96).contains(bytes)
            || Block([0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0], 96).contains(bytes)
        {
            return IPAddress(bytes: Array(bytes[12...]))
        }
        if Block([0x20, 0x02], 16).contains(bytes) { return IPAddress(bytes: Array(bytes[2..<6])) }
        return nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// A prefix of `bits` bits.
    private struct Block: Sendable {
        let prefix: [UInt8]
        let bits: Int

        init(_ prefix: [UInt8], _ bits: Int) {
            self.prefix = prefix
            self.bits = bits
        }

        func contains(_ bytes: [UInt8]) -> Bool {
            for index in 0..<((bits + 7) / 8) {
                let mask: UInt8 = bits - index * 8 >= 8 ? 0xFF : ~(0xFF >> UInt8(bits - index * 8))
                if bytes[index] & mask != prefix[index] & mask { return false }
            }
            return true
        }
    }

    /// https://www.iana.org/assignments/iana-ipv4-special-registry, multicast and what is reserved.
    private static let special4: [Block] = [
        Block([0], 8), Block([10], 8), Block([100, 64], 10), Block([127], 8), Block([169, 254], 16),
        Block([172, 16], 12), Block([192, 0, 0], 24), Block([192, 0, 2], 24), Block([192, 88, 99], 24),
        Block([192, 168], 16), Block([198, 18], 15), Block([198, 51, 100], 24), Block([203, 0, 113], 24),
        Block([224], 4), Block([240], 4),
    ]

    /// https://www.iana.org/assignments/iana-ipv6-special-registry, of what lies in 2000::/3.
    private static let special6: [Block] = [
        Block([0x20, 0x01, 0x00], 23), Block([0x20, 0x01, 0x0D, 0xB8], 32), Block([0x3F, 0xFF, 0x00], 20),
    ]
}

extension in_addr {
    fileprivate var networkBytes: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }
}

extension in6_addr {
    fileprivate var networkBytes: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }
}
