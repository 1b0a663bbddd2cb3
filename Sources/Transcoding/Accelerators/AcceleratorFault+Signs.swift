extension AcceleratorFault {
    struct Sign: Sendable {
        let text: String
        let kind: Kind
        let meaning: String
        let remedy: String

        init(_ text: String, _ kind: Kind, _ meaning: String, _ remedy: String) {
            self.text = text
            self.kind = kind
            self.meaning = meaning
            self.remedy = remedy
        }
    }

    private static let nvidiaDriver =
        "install NVIDIA's driver; in a container give it the card (`--gpus all`, or nvidia.com/gpu in Kubernetes) "
        + "and set NVIDIA_DRIVER_CAPABILITIES=compute,video,utility"
    private static let renderNode =
        "check that /dev/dri/renderD128 exists and that this user may open it (usermod -aG render USER); "
        + "install the card's VA-API driver (intel-media-va-driver-non-free, or mesa-va-drivers)"
    private static let quickSync =
        "install Intel's media runtime (libmfxgen1, or libmfx1 for old cards) and intel-media-va-driver-non-free"
    private static let fewerSessions =
        "run fewer jobs at once on this card, or say with --gpu-sessions how many encoders it may run"
    static let otherBuild = "name another ffmpeg in VLOG_FFMPEG (av1_nvenc: 6.0, av1_vaapi: 7.0 or later)"
    private static let leaveIt = "use another accelerator, or none"

    /// What the lines of a log mean, in the order in which they are looked for: what others follow from comes first.
    /// From runs without a card in ffmpeg 5.1 and 9, and from the sources of both.
    static let signs: [Sign] = [
        Sign("Unknown encoder", .notInBuild, "not in this build of ffmpeg", otherBuild),
        Sign("No such filter", .notInBuild, "a filter is not in this build of ffmpeg", otherBuild),
        Sign("Cannot load libcuda", .deviceMissing, "no NVIDIA driver can be reached", nvidiaDriver),
        Sign("Cannot load libnvidia-encode", .deviceMissing, "NVIDIA's encoder library is missing", nvidiaDriver),
        Sign("Cannot load libnvcuvid", .deviceMissing, "NVIDIA's decoder library is missing", nvidiaDriver),
        Sign("CUDA_ERROR_NO_DEVICE", .deviceMissing, "no NVIDIA card can be reached", nvidiaDriver),
        Sign("No VA display found", .deviceMissing, "no card with VA-API can be opened", renderNode),
        Sign("No VA display provided", .deviceMissing, "no card with VA-API can be opened", renderNode),
        Sign("required nvenc API version", .driver, "NVIDIA's driver is too old for this ffmpeg", nvidiaDriver),
        Sign("Failed to initialise VAAPI", .driver, "the VA-API driver does not start", renderNode),
        Sign("internal MFX session", .deviceMissing, "no Quick Sync runtime works here", quickSync),
        Sign("creating a MFX session", .deviceMissing, "no Quick Sync runtime works here", quickSync),
        Sign("initializing an MFX session", .deviceMissing, "no Quick Sync runtime works here", quickSync),
        Sign("incompatible client key", .exhausted, "the card encodes as much as it may", fewerSessions),
        Sign("OpenEncodeSessionEx failed: out of memory", .exhausted, "no memory or session is left", fewerSessions),
        Sign("CUDA_ERROR_OUT_OF_MEMORY", .exhausted, "the card's memory is full", fewerSessions),
        Sign("BitstreamBuffer failed: out of memory", .exhausted, "the card's memory is full", fewerSessions),
        Sign("No decoder surfaces left", .exhausted, "the card's decoder has no pictures left", fewerSessions),
        Sign("No capable devices found", .unsupported, "this card cannot encode that", leaveIt),
        Sign("doesn't support required NVENC features", .unsupported, "this card cannot encode that", leaveIt),
        Sign("OpenEncodeSessionEx failed", .unsupported, "this card has no encoder", leaveIt),
        Sign("as references are not supported", .unsupported, "this card knows no such B-frames", leaveIt),
        Sign("Max B-frames", .unsupported, "this card knows no such B-frames", leaveIt),
        Sign("No usable encoding", .unsupported, "this card cannot encode that", leaveIt),
        Sign("does not support encoding at size", .unsupported, "this card cannot encode that size", leaveIt),
        Sign("Driver does not support", .unsupported, "the driver cannot do that", leaveIt),
        Sign("Selected ratecontrol mode is unsupported", .unsupported, "the runtime cannot do that", leaveIt),
        Sign("not supported by the QSV runtime", .unsupported, "the runtime cannot do that", leaveIt),
        Sign("Error initializing the encoder", .unsupported, "the card's encoder does not start", leaveIt),
        Sign("InitializeEncoder failed", .unsupported, "the card's encoder does not start", leaveIt),
        Sign("doesn't support HDR", .unsupported, "the driver cannot map this dynamic range", leaveIt),
        Sign("mastering display", .unsupported, "the card cannot map this dynamic range", leaveIt),
        Sign("Impossible to convert between", .unsupported, "the card does not decode this source", leaveIt),
        Sign("A hardware frames reference is required", .unsupported, "pictures did not reach the card", leaveIt),
        Sign("Device creation failed", .deviceMissing, "the card cannot be opened", leaveIt),
        Sign("CUDA_ERROR_", .lost, "the card failed", leaveIt),
        Sign("EncodePicture failed", .lost, "the card failed", leaveIt),
        Sign("Failed to sync surface", .lost, "the card failed", leaveIt),
        Sign("Failed to end picture encode", .lost, "the card failed", leaveIt),
        Sign("device failed", .lost, "the card failed", leaveIt),
        Sign("device lost", .lost, "the card failed", leaveIt),
    ]
}
