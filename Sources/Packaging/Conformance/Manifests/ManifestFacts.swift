/// A DASH manifest (ISO/IEC 23009-1 section 5.3), as far as it can be read.
struct ManifestFacts: Sendable {
    struct Representation: Sendable {
        let node: XMLNode
        let set: XMLNode
        /// Index of its adaptation set among all of the manifest.
        let setIndex: Int
        let template: SegmentTemplate?
        /// What the names in its template are relative to; may be empty.
        let base: String
        /// Seconds of the period.
        let periodStart: Double
        let periodDuration: Double?

        /// An attribute of the representation, else of its set.
        subscript(name: String) -> String? { node[name] ?? set[name] }

        var id: String { node["id"] ?? "" }

        /// `video`, `audio` or `text`.
        var kind: String {
            let type = set["contentType"] ?? self["mimeType"].map { String($0.prefix { $0 != "/" }) } ?? ""
            return type == "application" ? "text" : type
        }

        func elements(_ name: String) -> [XMLNode] { node.all(name) + set.all(name) }
    }

    let path: MediaPath
    let root: XMLNode
    private(set) var sets: [XMLNode] = []
    private(set) var representations: [Representation] = []

    private static let mostRepresentations = 1000

    var isStatic: Bool { root["type"] ?? "static" == "static" }
    var duration: ISODuration? { root["mediaPresentationDuration"].flatMap(ISODuration.init) }

    init(_ path: MediaPath, _ root: XMLNode) {
        self.path = path
        self.root = root
        var start = 0.0
        for period in root.all("Period") {
            start = period["start"].flatMap(ISODuration.init)?.seconds ?? start
            let single = root.all("Period").count == 1 ? duration?.seconds : nil
            let length = period["duration"].flatMap(ISODuration.init)?.seconds ?? single
            append(period, start, length)
            start += length ?? 0
        }
    }

    private mutating func append(_ period: XMLNode, _ start: Double, _ length: Double?) {
        let base = Self.base([root, period])
        for set in period.all("AdaptationSet") {
            let index = sets.count
            sets.append(set)
            for node in set.all("Representation") where representations.count < Self.mostRepresentations {
                let levels = [period, set, node].compactMap { $0.first("SegmentTemplate") }
                representations.append(
                    Representation(
                        node: node,
                        set: set,
                        setIndex: index,
                        template: levels.isEmpty ? nil : SegmentTemplate(levels),
                        base: Self.joined(base, Self.base([set, node])),
                        periodStart: start,
                        periodDuration: length
                    )
                )
            }
        }
    }

    private static func base(_ nodes: [XMLNode]) -> String {
        nodes.reduce("") { joined($0, $1.first("BaseURL")?.text ?? "") }
    }

    /// A reference seen from a base (RFC 3986 section 5.2.3); both are still to be checked.
    static func joined(_ base: String, _ reference: String) -> String {
        guard !reference.isEmpty else { return base }
        let isAbsolute = reference.hasPrefix("/") || reference.prefix { $0 != "/" }.contains(":")
        guard !isAbsolute, let slash = base.lastIndex(of: "/") else { return reference }
        return base[...slash] + reference
    }
}
