import Foundation
import Glibc
import Subprocess
import SystemPackage

extension Configuration {
    /// How every program of ours is started: by absolute path, with an argument array, hardly any environment, and in
    /// a session of its own, so that one signal ends it together with whatever it started.
    static func tool(_ program: FilePath, arguments: [String]) -> Configuration {
        var options = PlatformOptions()
        options.createSession = true
        // SIGTERM would make ffmpeg close the running fragment as if the video ended there.
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
        let command = demoted([program.string] + arguments)
        return Configuration(
            executable: .path(FilePath(command[0])),
            arguments: Arguments(Array(command.dropFirst())),
            environment: .custom(toolEnvironment),
            platformOptions: options
        )
    }

    /// SVT-AV1 gives its threads real-time priority when it may, which as root takes the whole machine. Without the
    /// capability it asks in vain. A program that is not there is left for its own start to tell.
    private static func demoted(_ command: [String]) -> [String] {
        guard geteuid() == 0, access(setpriv, X_OK) == 0, access(command[0], X_OK) == 0 else { return command }
        return [setpriv, "--bounding-set=-sys_nice", "--inh-caps=-sys_nice", "--"] + command
    }

    private static let setpriv = "/usr/bin/setpriv"

    private static var toolEnvironment: [[UInt8]] {
        let own = ProcessInfo.processInfo.environment
        let passed = ["PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "LIBVA_DRIVER_NAME", "NVIDIA_VISIBLE_DEVICES"]
        let pairs = passed.compactMap { name in own[name].map { "\(name)=\($0)" } }
        return (pairs + ["LC_ALL=C", "AV_LOG_FORCE_NOCOLOR=1", "SVT_LOG=1"]).map { Array($0.utf8) }
    }
}
