import Foundation
import SystemPackage

/// Where the pages are.
enum WebRoot {
    /// `VLOG_WEB_PATH`; else `share/vlog/web` beside the program's `bin` folder, as packages and images lay it out; else the `web` folder of the
    /// checkout that the program was built in.
    static func locate(_ environment: [String: String]) throws -> FilePath {
        if let path = environment["VLOG_WEB_PATH"], !path.isEmpty { return DataFolder.absolute(path) }
        guard let program = Bundle.main.executablePath.map({ FilePath($0) }) else {
            throw StartError("The program's own path is unknown; set VLOG_WEB_PATH to the folder with the pages.")
        }
        var folder = program.removingLastComponent()
        let packaged = folder.removingLastComponent().appending("share/vlog/web")
        if isWebRoot(packaged) { return packaged }
        repeat {
            let candidate = folder.appending("web")
            if isWebRoot(candidate) { return candidate }
        } while folder.removeLastComponent()
        throw StartError("The pages were not found beside \(program); set VLOG_WEB_PATH to the folder with them.")
    }

    private static func isWebRoot(_ folder: FilePath) -> Bool {
        access(folder.appending("public/index.html").string, R_OK) == 0
    }
}
