import Foundation

/// The inputs that fuzzing kept: the smallest set that reaches all that was reached, and whatever once broke something.
package enum FuzzCorpus {
    /// Those of a target of `Tests/Fuzz/run`, by name. Throws when there are none.
    package static func inputs(of target: String) throws -> [(name: String, bytes: [UInt8])] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let folder = tests.appending(path: "Fuzz/Corpus/\(target)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        guard !names.isEmpty else { throw TestSupportError("the corpus of \(target) is empty") }
        return try names.map { ($0, Array(try Data(contentsOf: folder.appending(path: $0)))) }
    }
}
