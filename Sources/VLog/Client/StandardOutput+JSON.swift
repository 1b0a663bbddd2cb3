import Foundation
import VLogCore

extension StandardOutput {
    /// One value as indented JSON, keys as the APIs spell them.
    static func writeJSON(_ value: some Encodable) throws {
        let encoder = JSONCoding.encoder()
        encoder.outputFormatting.formUnion([.prettyPrinted, .sortedKeys])
        write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
    }
}
