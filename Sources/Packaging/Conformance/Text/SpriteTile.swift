/// A cue payload that names a part of a picture: `sheet.jpg#xywh=0,0,160,90` (Media Fragments URI section 4.2.2).
struct SpriteTile: Sendable, Equatable {
    let uri: String
    let left: Int
    let top: Int
    let width: Int
    let height: Int

    init?(_ payload: String) {
        guard let hash = payload.lastIndex(of: "#"), payload[hash...].hasPrefix("#xywh=") else { return nil }
        var numbers = payload[hash...].dropFirst(6)
        if numbers.hasPrefix("pixel:") { numbers = numbers.dropFirst(6) }
        let values = numbers.split(separator: ",", omittingEmptySubsequences: false).map {
            PlaylistAttributes.integer($0)
        }
        guard values.count == 4, let left = values[0], let top = values[1], let width = values[2],
            let height = values[3]
        else { return nil }
        uri = String(payload[..<hash])
        (self.left, self.top, self.width, self.height) = (left, top, width, height)
    }

    func lies(in size: ImageSize) -> Bool {
        width > 0 && height > 0 && left + width <= size.width && top + height <= size.height
    }
}
