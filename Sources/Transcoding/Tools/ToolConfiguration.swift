import Foundation
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
        return Configuration(
            executable: .path(program),
            arguments: Arguments(arguments),
            environment: .custom(toolEnvironment),
            platformOptions: options
        )
    }

    private static var toolEnvironment: [[UInt8]] {
        let own = ProcessInfo.processInfo.environment
        let passed = ["PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "LIBVA_DRIVER_NAME", "NVIDIA_VISIBLE_DEVICES"]
        let pairs = passed.compactMap { name in own[name].map { "\(name)=\($0)" } }
        return (pairs + ["LC_ALL=C", "AV_LOG_FORCE_NOCOLOR=1"]).map { Array($0.utf8) }
    }
}
