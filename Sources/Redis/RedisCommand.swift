/// A command and its arguments, each sent with its length: whatever bytes they hold, they stay arguments.
package struct RedisCommand: Sendable {
    let arguments: [[UInt8]]

    package init(_ name: StaticString, _ arguments: [String] = []) {
        self.arguments = [Array(name.description.utf8)] + arguments.map { Array($0.utf8) }
    }

    package init(_ name: StaticString, _ arguments: String...) { self.init(name, arguments) }

    package init(_ name: StaticString, bytes: [[UInt8]]) {
        arguments = [Array(name.description.utf8)] + bytes
    }

    /// For messages.
    var name: String { String(decoding: arguments[0], as: UTF8.self) }

    /// Calls `body` with what hiredis wants; the pointers are valid within it only.
    func withPointers<Result>(
        _ body: (_ values: inout [UnsafePointer<CChar>?], _ lengths: [Int]) -> Result
    ) -> Result {
        // One buffer for all; an empty one may have no address.
        let bytes = Array(arguments.joined()) + [0]
        return bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            var values: [UnsafePointer<CChar>?] = []
            var offset = 0
            for argument in arguments {
                values.append(base.map { $0 + offset })
                offset += argument.count
            }
            return body(&values, arguments.map(\.count))
        }
    }
}
