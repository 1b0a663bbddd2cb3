import NIOCore

/// A form as browsers send it.
struct MultipartForm: Sendable {
    static let boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
    static let contentType = "multipart/form-data; boundary=\(boundary)"

    private(set) var body = ByteBuffer()

    /// The parts in order; those with a file name are files.
    init(_ parts: [(name: String, filename: String?, content: ByteBuffer)]) {
        for part in parts {
            let filename = part.filename.map { "; filename=\"\($0)\"" } ?? ""
            body.writeString(
                "--\(Self.boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\"\(filename)\r\n"
            )
            body.writeString(part.filename == nil ? "\r\n" : "Content-Type: application/octet-stream\r\n\r\n")
            body.writeImmutableBuffer(part.content)
            body.writeString("\r\n")
        }
        body.writeString("--\(Self.boundary)--\r\n")
    }

    /// One file, and fields before it.
    init(_ fields: KeyValuePairs<String, String> = [:], file: ByteBuffer, named filename: String = "clip.mp4") {
        self.init(
            fields.map { ($0.key, nil, ByteBuffer(string: $0.value)) } + [("file", filename, file)]
        )
    }
}
