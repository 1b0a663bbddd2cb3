/// An element of an XML document that was read.
struct XMLNode: Sendable {
    /// Without a prefix.
    let name: String
    let attributes: [String: String]
    /// From 1.
    let line: Int
    var children: [XMLNode] = []
    var text = ""

    subscript(name: String) -> String? { attributes[name] }

    func all(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }

    func first(_ name: String) -> XMLNode? { children.first { $0.name == name } }

    /// A whole number below 2^53.
    func integer(_ name: String) -> Int? { self[name].flatMap(PlaylistAttributes.integer) }
}

/// Why a document was refused.
struct XMLError: Error, Equatable {
    let line: Int
    let message: String
}
