import VLogCore

/// What a survey found on this machine, by accelerator and codec.
package struct EncoderReport: Codable, Sendable, Equatable {
    package let findings: [EncoderFinding]
    /// The render node that was tried for VA-API and Quick Sync.
    package let renderNode: String
    /// Whether sources of a high dynamic range can be mapped to the standard one.
    package let mapsTones: Bool

    package init(findings: [EncoderFinding], renderNode: String = RenderNode.usual, mapsTones: Bool = true) {
        self.findings = findings
        self.renderNode = renderNode
        self.mapsTones = mapsTones
    }

    /// For machines and tests without a survey: the CPU, with every codec.
    package static let cpu = EncoderReport(
        findings: VideoCodec.allCases.map {
            EncoderFinding(accelerator: .cpu, codec: $0, outcome: .works(.full), holdsTenBits: $0 != .h264)
        }
    )

    package func findings(of accelerator: Accelerator) -> [EncoderFinding] {
        findings.filter { $0.accelerator == accelerator }
    }

    /// In the order of `VideoCodec`.
    package func codecs(of accelerator: Accelerator) -> [VideoCodec] {
        findings(of: accelerator).filter(\.works).map(\.codec)
    }

    /// The card that is used when nobody chooses: the first that encodes what everybody can play.
    package var best: Accelerator {
        [Accelerator.nvidia, .vaapi, .qsv].first { codecs(of: $0).contains(.h264) } ?? .cpu
    }

    func acceleration(_ accelerator: Accelerator) -> Acceleration {
        var variants: [VideoCodec: EncoderVariant] = [:]
        for finding in findings(of: accelerator) {
            if case .works(let variant) = finding.outcome { variants[finding.codec] = variant }
        }
        return Acceleration(accelerator, renderNode: renderNode, variants: variants)
    }
}
