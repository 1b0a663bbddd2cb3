/// A body of the APIs that is JSON already, as `JSONCoding` would have written it: for lists, whose rows are written as they
/// are read.
package struct EncodedBody<Body: Codable & Sendable>: Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }
}
