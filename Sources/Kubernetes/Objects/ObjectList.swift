/// One page of a list.
package struct ObjectList<Resource: KubernetesResource>: Decodable, Sendable {
    package struct Metadata: Decodable, Sendable {
        /// From where a watch goes on without a gap.
        package var resourceVersion: String?
        /// Names the next page; missing or empty on the last.
        package var `continue`: String?
    }

    package var metadata: Metadata
    package var items: [Resource]
}
