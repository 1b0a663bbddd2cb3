import Foundation
import Packaging
import Testing

@testable import Transcoding

/// What is chosen of a file, from what ffprobe says of it.
@Suite struct ProbedSourceTests {
    private func source(_ streams: String, duration: String? = "10.0", ends: [Int: Double] = [:]) throws -> ProbedSource
    {
        let format = duration.map { #""duration": "\#($0)", "# } ?? ""
        let json = #"{"streams": [\#(streams)], "format": {\#(format)"start_time": "0.0"}}"#
        return try ProbedSource(
            JSONDecoder().decode(ProbeOutput.self, from: Data(json.utf8)),
            container: .matroska,
            ends: ends
        )
    }

    private let picture = #"{"index": 0, "codec_type": "video", "codec_name": "h264", "width": 64, "height": 36}"#

    @Test func aCoverIsNoPicture() {
        let cover =
            #"{"index": 1, "codec_type": "video", "codec_name": "png", "width": 9, "height": 9, "disposition": {"attached_pic": 1}}"#
        let sound = #"{"index": 0, "codec_type": "audio", "codec_name": "mp3", "channels": 2}"#
        #expect(throws: SourceError.soundOnly) { try source("\(sound), \(cover)") }
    }

    @Test func theDefaultSoundTrackComesFirstAndUnknownOnesAreLeftOut() throws {
        let tracks = [
            #"{"index": 1, "codec_type": "audio", "codec_name": "aac", "channels": 6, "tags": {"language": "eng"}}"#,
            #"{"index": 2, "codec_type": "audio", "channels": 4}"#,
            #"{"index": 3, "codec_type": "audio", "codec_name": "opus", "channels": 2, "disposition": {"default": 1}, "tags": {"language": "deu"}}"#,
            #"{"index": 4, "codec_type": "audio", "codec_name": "aac", "channels": 0}"#,
        ]
        let found = try source(([picture] + tracks).joined(separator: ","))
        #expect(found.audio.map(\.index) == [3, 1])
        #expect(found.audio.map { $0.language?.rawValue } == ["de", "en"])
    }

    @Test func aLengthThatOnlyPacketsTellIsTheirs() throws {
        let found = try source(picture, duration: nil, ends: [0: 7.5])
        #expect(found.duration == 7.5)
    }

    @Test func packetsThatEndLongBeforeTheHeaderSaysMeanACutOffUpload() {
        #expect(throws: SourceError(.damaged, "The upload is cut off at 0:12 of 0:20. Upload it again.")) {
            try source(picture, duration: "20.0", ends: [0: 12.1])
        }
    }

    @Test func withoutAnyLengthTheFileIsDamaged() {
        #expect(throws: SourceError.self) { try source(picture, duration: nil) }
    }

    @Test func packetListsAreReadInPiecesOfAnySize() {
        var ends = PacketEnds()
        for piece in ["0,1.0,0.5\n1,0.", "9,0.3\n0,N/A,0.5\n", "0,2.000000,0.04\n", "junk\n"] {
            ends.append(Array(piece.utf8))
        }
        #expect(ends.ends == [0: 2.04, 1: 1.2])
    }
}
