import Foundation
import Glibc
import SystemPackage
import TestSupport

@testable import Transcoding

/// A shell script in the place of ffmpeg, with the real ffprobe beside it.
enum FakeFFmpeg {
    /// `body` runs with the arguments as `$*`; `$REAL` is the real ffmpeg, `$0.log` a file beside the script.
    static func with<Output>(_ body: String, _ use: (MediaTools) async throws -> Output) async throws -> Output {
        let real = try MediaTools.locate()
        return try await withTemporaryDirectory { folder in
            let script = folder.appending("ffmpeg")
            let text = "#!/bin/sh\nREAL=\(real.ffmpeg.string)\n\(body)\n"
            try text.write(toFile: script.string, atomically: false, encoding: .utf8)
            chmod(script.string, 0o755)
            return try await use(MediaTools(ffmpeg: script, ffprobe: real.ffprobe))
        }
    }

    /// Tells a version and all encoders, and fails with `message` whenever it is to encode with a card.
    static func failing(_ message: String) -> String {
        let message = message.replacing("'", with: "'\\''")
        return """
            case "$*" in
            -version) echo "ffmpeg version 9.9 Copyright"; exit 0;;
            *-encoders*) printf ' ------\\n'
                for codec in h264 hevc av1; do for kind in nvenc vaapi qsv; do echo " V..... ${codec}_$kind x"; done; done
                for name in libx264 libx265 libsvtav1; do echo " V..... $name x"; done; exit 0;;
            *_nvenc*|*_vaapi*|*_qsv*) echo run >> "$0.log"; echo '[enc @ 0x5581] [error] \(message)' >&2; exit 1;;
            *) exit 0;;
            esac
            """
    }

    /// How often `failing` was asked to encode with a card.
    static func runs(_ tools: MediaTools) -> Int {
        let log = try? String(contentsOfFile: tools.ffmpeg.string + ".log", encoding: .utf8)
        return log?.split(separator: "\n").count ?? 0
    }
}
