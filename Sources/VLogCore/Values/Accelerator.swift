/// What encodes a ladder and, where it can, decodes the source.
package enum Accelerator: String, Codable, Sendable, CaseIterable {
    case cpu
    /// NVENC and NVDEC.
    case nvidia
    /// VA-API, as Intel's and AMD's drivers offer it.
    case vaapi
    /// Intel Quick Sync Video.
    case qsv

    /// The name that runners report; two ways to the same card are one.
    package var capabilityName: String {
        switch self {
        case .cpu: "cpu"
        case .nvidia: "nvidia"
        case .vaapi, .qsv: "intel"
        }
    }
}
