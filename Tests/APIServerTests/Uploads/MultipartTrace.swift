import NIOCore

@testable import APIServer

/// What came out of a multipart parser, put together again, or why it gave up.
struct MultipartTrace: Equatable {
    var heads: [PartHead] = []
    var contents: [[UInt8]] = []
    var ended = 0
    var error: MultipartError?
    /// What no input may bring about.
    var violation: String?

    init(_ body: [UInt8], boundary: String, size: () -> Int) {
        var parser = MultipartParser(boundary: boundary)
        do {
            var rest = body[...]
            while !rest.isEmpty {
                let piece = rest.prefix(size())
                rest = rest[piece.endIndex...]
                for event in try parser.append(ByteBuffer(bytes: piece)) { take(event) }
            }
            try parser.finish()
            if ended != heads.count { violation = "a whole body with half a part" }
        } catch {
            self.error = error
        }
        if contents.map(\.count).reduce(0, +) > body.count { violation = "more content than there was" }
    }

    private mutating func take(_ event: MultipartEvent) {
        switch event {
        case .partBegins(let head):
            if ended != heads.count { violation = "a part begins in another" }
            if let name = head.filename, name.contains(where: { $0 == "/" || $0 == "\\" }) {
                violation = "a file name with a folder"
            }
            heads.append(head)
            contents.append([])
        case .content(let bytes):
            if bytes.readableBytes == 0 || ended == heads.count {
                violation = "content out of order"
                return
            }
            contents[contents.count - 1] += bytes.readableBytesView
        case .partEnds:
            if ended == heads.count {
                violation = "a part ends that has not begun"
                return
            }
            ended += 1
        }
    }
}

/// What must hold for any bytes at all. Fuzzed, and replayed over the corpus by the tests.
enum MultipartInvariants {
    /// Nil when all holds: a body gives the same parts, or none of them wrong, in any pieces.
    static func violation(_ body: [UInt8]) -> String? {
        let whole = MultipartTrace(body, boundary: "XyZ") { max(1, body.count) }
        var state = body.reduce(UInt64(body.count)) { $0 &* 31 &+ UInt64($1) } | 1
        let pieces = MultipartTrace(body, boundary: "XyZ") {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % 50 + 1
        }
        if let violation = whole.violation ?? pieces.violation { return violation }
        guard whole.error == nil, pieces.error == nil else {
            return (whole.error == nil) == (pieces.error == nil) ? nil : "an error in some pieces only"
        }
        return whole == pieces ? nil : "other parts in other pieces"
    }
}
