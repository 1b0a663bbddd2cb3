import Foundation
import Glibc
import SystemPackage

/// Calls `body` with a new folder and removes it afterwards, with all that is in it. Other users may look into it, so
/// that a private database server, which runs as another user under root, can live there.
package func withTemporaryDirectory<Output>(_ body: (FilePath) async throws -> Output) async throws -> Output {
    let directory = try makeTemporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory.string) }
    return try await body(directory)
}

package func makeTemporaryDirectory() throws -> FilePath {
    var template = Array("/tmp/vlog-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil, chmod(template, 0o755) == 0 else {
        throw TestSupportError("cannot make a temporary folder: \(String(cString: strerror(errno)))")
    }
    return FilePath(platformString: template)
}

/// Something that the tests need could not be made.
package struct TestSupportError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
