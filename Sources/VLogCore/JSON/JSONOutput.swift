import Foundation

/// JSON text (RFC 8259) that grows as values are encoded.
///
/// `Encodable` never says that a container is complete, so a container that is written to closes those that were opened
/// within it. Not `Sendable`: it lives within one call of `JSONCoding.bytes(of:)`.
final class JSONOutput {
    enum Container { case object, array }

    struct State {
        var text = JSONText(reserving: 4096)
        var open: [Container] = []
        /// Whether the next entry of the innermost container is its first.
        var isFirst = true

        mutating func close(downTo depth: Int) {
            while open.count > depth, let container = open.popLast() {
                text.append(byte: container == .object ? UInt8(ascii: "}") : UInt8(ascii: "]"))
                isFirst = false
            }
        }
    }

    /// Behind a pointer, because properties of a class are checked for overlapping access at run time, which was a
    /// tenth of what encoding cost.
    private let state = UnsafeMutablePointer<State>.allocate(capacity: 1)

    init() {
        state.initialize(to: State())
    }

    deinit {
        state.deinitialize(count: 1)
        state.deallocate()
    }

    func finish() -> [UInt8] {
        state.pointee.close(downTo: 0)
        return state.pointee.text.bytes
    }

    /// The container that a value at this depth has opened, opened now unless it is; returns the depth within it.
    func begin(_ container: Container, at depth: Int) -> Int {
        if state.pointee.open.count > depth {
            state.pointee.close(downTo: depth + 1)
        } else {
            state.pointee.text.append(byte: container == .object ? UInt8(ascii: "{") : UInt8(ascii: "["))
            state.pointee.open.append(container)
            state.pointee.isFirst = true
        }
        return depth + 1
    }

    /// Makes room for the next entry of the container at this depth.
    func beginEntry(at depth: Int) {
        state.pointee.close(downTo: depth)
        if !state.pointee.isFirst { state.pointee.text.append(byte: UInt8(ascii: ",")) }
        state.pointee.isFirst = false
    }

    func beginEntry(_ name: String, at depth: Int) {
        beginEntry(at: depth)
        state.pointee.text.append(name)
        state.pointee.text.append(byte: UInt8(ascii: ":"))
    }

    func writeNull() { state.pointee.text.append(raw: "null") }
    func write(_ value: Bool) { state.pointee.text.append(raw: value ? "true" : "false") }
    func write(_ value: some SignedInteger & FixedWidthInteger) { state.pointee.text.append(Int64(value)) }
    func write(_ value: some UnsignedInteger & FixedWidthInteger) { state.pointee.text.append(UInt64(value)) }
    func write(_ text: String) { state.pointee.text.append(text) }
    /// - Throws: `EncodingError` for what JSON has no word for.
    func write(_ value: Double) throws(EncodingError) { try state.pointee.text.append(value) }

    func encode<Value: Encodable>(_ value: Value) throws {
        if Value.self == Date.self, let date = value as? Date { return state.pointee.text.append(date) }
        // In base64, as Foundation reads it.
        if Value.self == Data.self, let data = value as? Data { return write(data.base64EncodedString()) }
        let start = state.pointee.text.bytes.count
        let depth = state.pointee.open.count
        try value.encode(to: JSONOutputEncoder(output: self, depth: depth))
        // A value that asked for no container is an object without entries.
        if state.pointee.text.bytes.count == start { _ = begin(.object, at: depth) }
    }
}
