import NIOCore

/// What comes out of a multipart body, in order: each part begins, has content in any number of pieces, and ends.
enum MultipartEvent: Equatable {
    case partBegins(PartHead)
    case content(ByteBuffer)
    case partEnds
}

/// The head of a form's part (RFC 7578 section 4.2).
struct PartHead: Equatable {
    /// The name of the form's field.
    let name: String
    /// The name that the file has on the sender's disk, without its folders; nil for a plain field.
    let filename: String?
}
