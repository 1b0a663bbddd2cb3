import CZlib

/// Decompresses one gzip member (RFC 1952) while it arrives. Not to be shared: one call at a time.
package struct GzipInflater: ~Copyable {
    /// zlib keeps its address, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether the member has ended, its checksum and its length having been right.
    package private(set) var isDone = false
    /// Compressed bytes that have been used.
    package private(set) var consumed: Int64 = 0

    package init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 16 asks for gzip's frame and for no other. It fails for want of memory alone.
        let result = inflateInit2_(stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib has no memory: \(result)")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Takes bytes off `input` and returns what they become, `limit` bytes at most; nothing when more input is needed.
    /// Throws `damaged` for what is no gzip member, and for anything behind its end.
    package mutating func inflate(_ input: inout ArraySlice<UInt8>, limit: Int) throws(ArchiveError) -> [UInt8] {
        guard !isDone else {
            guard input.isEmpty else {
                throw ArchiveError(.damaged, "There is something behind the end of the gzip member; only one is taken.")
            }
            return []
        }
        guard !input.isEmpty || stream.pointee.avail_out == 0 else { return [] }
        let (output, used, result) = run(input, limit: limit)
        input = input.dropFirst(used)
        consumed += Int64(used)
        switch result {
        // Z_BUF_ERROR says that there was nothing to do, which only a call without input may say.
        case Z_OK where used > 0 || !output.isEmpty || input.isEmpty,
            Z_BUF_ERROR where used > 0 || !output.isEmpty || input.isEmpty:
            break
        case Z_STREAM_END: isDone = true
        default: throw ArchiveError(.damaged, "The archive is not gzip, or was damaged on its way.")
        }
        return output
    }

    /// Throws unless the member has ended.
    package func finish() throws(ArchiveError) {
        guard isDone else { throw ArchiveError(.damaged, "The archive ends in the middle; send it again.") }
    }

    private func run(_ input: ArraySlice<UInt8>, limit: Int) -> (output: [UInt8], used: Int, result: Int32) {
        let stream = stream
        var result = Z_OK
        var used = 0
        let output = [UInt8](unsafeUninitializedCapacity: limit) { output, count in
            input.withUnsafeBufferPointer { input in
                // zlib reads through this pointer only; its type is from before `const`.
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = uInt(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = uInt(limit)
                result = CZlib.inflate(stream, Z_NO_FLUSH)
                used = input.count - Int(stream.pointee.avail_in)
                count = limit - Int(stream.pointee.avail_out)
                stream.pointee.next_in = nil
                stream.pointee.next_out = nil
            }
        }
        return (output, used, result)
    }
}
