import Foundation
import Subprocess
import SystemPackage
import VLogCore

/// Says what a file is, without decoding it: our own look at the first bytes, then ffprobe with the demuxer they name.
package struct MediaProbe: Sendable {
    let tools: MediaTools
    let limit: Duration

    /// `limit` is for each run of ffprobe; a file that needs longer throws `timeout`.
    package init(tools: MediaTools, limit: Duration = .seconds(60)) {
        self.tools = tools
        self.limit = limit
    }

    /// Throws `SourceError` when the file is at fault, `TranscodeError` when this machine is.
    package func probe(_ file: FilePath) async throws -> ProbedSource {
        let container = try await MediaProbe.container(of: file)
        let output = try await describe(file, container)
        let ends = output.needsMeasuring ? try await measureEnds(file, container, fileStart: output.start) : [:]
        var source = try ProbedSource(output, container: container, ends: ends)
        if source.video.dynamicRange == .perceptualQuantizer, source.video.mastering == nil {
            source.video.mastering = try await mastering(in: file, container, stream: source.video.index)
        }
        return source
    }

    /// Recognises the file by its first bytes; throws `SourceError` with a sentence that names what it is instead.
    package static func container(of file: FilePath) async throws -> SourceContainer {
        let head = try await FileHead.read(file, length: SourceContainer.headLength)
        guard let container = SourceContainer.sniff(head) else { throw SourceRefusal(head: head).error }
        return container
    }

    /// Many files say only within the coded pictures what they were graded on.
    private func mastering(
        in file: FilePath,
        _ container: SourceContainer,
        stream: Int
    ) async throws -> MasteringDisplay? {
        let first = ["-select_streams", "\(stream)", "-read_intervals", "%+#1", "-show_frames"]
        let frame = try await describe(file, container, first).frames?.first
        return MasteringDisplay(frame?.sideData ?? [])
    }

    private func describe(
        _ file: FilePath,
        _ container: SourceContainer,
        _ wanted: [String] = ["-show_streams", "-show_format"]
    ) async throws -> ProbeOutput {
        let arguments = general(container) + wanted + ["-of", "json", "file:\(file.string)"]
        let outcome = try await ToolProcess(tools.ffprobe, arguments, limit: limit).run()
        guard outcome.status.isSuccess else {
            if case .signaled(let signal) = outcome.status {
                throw TranscodeError(.internal, "ffprobe was stopped by signal \(signal).", logTail: outcome.log.text)
            }
            throw SourceError(
                .damaged,
                "The file cannot be read as a video: it is damaged, or its upload is incomplete."
            )
        }
        do {
            return try JSONDecoder().decode(ProbeOutput.self, from: Data(outcome.output))
        } catch {
            throw TranscodeError(.internal, "ffprobe's answer cannot be read.", logTail: outcome.log.text, cause: error)
        }
    }

    /// Reads all packets, without decoding, for files whose header does not say how long their streams are.
    private func measureEnds(
        _ file: FilePath,
        _ container: SourceContainer,
        fileStart: Double
    ) async throws -> [Int: Double] {
        let entries = ["-show_entries", "packet=stream_index,pts_time,duration_time", "-of", "csv=p=0"]
        let arguments = general(container) + entries + ["file:\(file.string)"]
        let outcome = try await ToolProcess(tools.ffprobe, arguments, limit: limit * 10)
            .run(into: PacketEnds()) { $0.append($1) }
        return outcome.output.ends.mapValues { $0 - fileStart }
    }

    private func general(_ container: SourceContainer) -> [String] {
        ["-hide_banner", "-loglevel", "level+error"] + FFmpegArguments.demuxing(container)
    }
}

extension ProbeOutput {
    var start: Double { format?.startTime.flatMap(Double.init) ?? 0 }

    /// The shown stream does not say when it ends, so only the longest of all streams is known, or nothing.
    fileprivate var needsMeasuring: Bool {
        ProbedSource.picture(of: streams ?? []).map { $0.end(fileStart: start) == nil } ?? false
    }
}
