import JobRunner
import Logging
import SystemPackage
import Transcoding

/// Encodes a few pictures with every encoder, and maps the tones of some, as the user that the runner is. `vlog up` serves
/// meanwhile: it takes seconds, and more where a driver hangs.
struct EncoderPreflight: Preflight {
    let encode: EncodeOptions
    let tools: MediaTools
    let scratch: FilePath
    let environment: [String: String]
    let logger: Logger

    func check() async throws -> Fitness {
        do {
            let choice = try await encode.choice(tools: tools, scratch: scratch, environment, logger: logger)
            let skills = RunnerSkills(choice)
            guard skills.codecs.contains("h264") else {
                return .unfit(
                    """
                    No encoder makes H.264 here, which every player needs. Install a build of ffmpeg with libx264, and \
                    name it in VLOG_FFMPEG and VLOG_FFPROBE; “vlog doctor” says what was tried.
                    """
                )
            }
            return .able(skills, LadderTranscoding(tools: tools, logger: logger, accelerator: choice))
        } catch let error as TranscodeError {
            return .unfit(error.sentence)
        } catch let error as CancellationError {
            throw error
        } catch {
            return .unfit("The encoders could not be tried: \(error).")
        }
    }
}

extension RunnerSkills {
    init(_ choice: AcceleratorChoice) {
        self.init(
            codecs: choice.codecs,
            accelerators: choice.accelerators,
            mapsTones: choice.report.mapsTones,
            jobsAtOnce: choice.jobsAtOnce
        )
    }
}

extension TranscodeError {
    /// What is wrong, and what the program that failed said last.
    fileprivate var sentence: String {
        let words = message.hasSuffix(".") ? message : "\(message)."
        guard let line = logTail.split(whereSeparator: \.isNewline).last(where: { !$0.allSatisfy(\.isWhitespace) })
        else {
            return words
        }
        return "\(words) It said: \(line.prefix(300))"
    }
}
