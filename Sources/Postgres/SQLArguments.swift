/// The bound values of a statement in binary form, one behind the other.
struct SQLArguments: Sendable {
    private struct Slot {
        let type: PostgresType
        let offset: Int
        /// Nil for NULL.
        let length: Int?
    }

    private var bytes: [UInt8] = []
    private var slots: [Slot] = []
    /// Interpolation cannot throw, so the first failure waits here until the statement is run.
    private(set) var failure: PostgresError?

    var count: Int { slots.count }
    var types: [UInt32] { slots.map(\.type.rawValue) }

    mutating func append<Value: PostgresEncodable>(_ value: Value) {
        let offset = bytes.count
        guard !value.isPostgresNull else {
            slots.append(Slot(type: Value.postgresType, offset: offset, length: nil))
            return
        }
        do throws(PostgresError) {
            try value.encode(into: &bytes)
        } catch {
            failure = failure ?? error
        }
        slots.append(Slot(type: Value.postgresType, offset: offset, length: bytes.count - offset))
    }

    mutating func append(_ other: SQLArguments) {
        let base = bytes.count
        bytes += other.bytes
        slots += other.slots.map { Slot(type: $0.type, offset: base + $0.offset, length: $0.length) }
        failure = failure ?? other.failure
    }

    /// Calls `body` with what `PQexecPrepared` wants; the pointers are valid within it only.
    func withPointers<Result>(
        _ body: (_ values: [UnsafePointer<CChar>?], _ lengths: [Int32], _ formats: [Int32]) -> Result
    ) -> Result {
        // An empty array may have no address, and a null address would mean NULL.
        let bytes = self.bytes.isEmpty ? [0] : self.bytes
        return bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            return body(
                slots.map { slot in slot.length == nil ? nil : base.map { $0 + slot.offset } },
                slots.map { Int32($0.length ?? 0) },
                Array(repeating: 1, count: slots.count)
            )
        }
    }
}
