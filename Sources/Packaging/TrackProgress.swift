/// How far a track has come: what is in segments that were returned.
package struct TrackProgress: Sendable, Equatable {
    package let track: TrackID
    package let segments: Int
    package let seconds: Double
}
