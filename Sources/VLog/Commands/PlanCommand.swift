import ArgumentParser
import Foundation
import SystemPackage
import Transcoding
import VLogCore

struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what would be made of a video file, and with which ffmpeg command.",
        discussion: "Reads the file and runs nothing but ffprobe. Exit status 1 when the file is no video."
    )

    @Argument(help: ArgumentHelp("The video.", valueName: "file"), completion: .file())
    var file: String

    @OptionGroup var options: ProfileOptions

    func run() async throws {
        do {
            let profile = try options.profile(environment: ProcessInfo.processInfo.environment)
            let tools = try MediaTools.locate()
            let source = DataFolder.absolute(file)
            let probed = try await MediaProbe(tools: tools).probe(source)
            let plan = try TranscodePlan(source: probed, profile: profile, threads: CPUShare.threads)
            StandardOutput.write(plan.text(source: source, tools: tools))
        } catch {
            StandardError.write("error: \(error)\n")
            throw ExitCode(1)
        }
    }
}
