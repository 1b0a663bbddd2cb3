import Foundation
import Testing

@testable import Kubernetes

@Suite(.timeLimit(.minutes(2))) struct RequestTests {
    private static let key = ObjectKey(namespace: "media", name: "film")

    @Test func aGetNamesGroupNamespaceAndName() {
        #expect(KubernetesRequest<Job>.get(Self.key).target == "/apis/batch/v1/namespaces/media/jobs/film")
        #expect(KubernetesRequest<Pod>.get(Self.key).target == "/api/v1/namespaces/media/pods/film")
    }

    @Test func aNameFromOutsideNeverAddsASegment() {
        let request = KubernetesRequest<Pod>.get(ObjectKey(namespace: "media", name: "../../secrets/x?y"))
        #expect(request.path == "/api/v1/namespaces/media/pods/..%2F..%2Fsecrets%2Fx%3Fy")
    }

    @Test func aListOfAllNamespacesIsPagedAndEscaped() {
        let request = KubernetesRequest<ObjectList<Pod>>.list(ObjectSelection(labels: "a=b,c in (d+e)"), after: "x/y=")
        #expect(
            request.target
                == "/api/v1/pods?labelSelector=a%3Db,c%20in%20(d%2Be)&limit=500&continue=x/y%3D"
        )
    }

    @Test func aWatchResumesInTheQueryAndAsksForBookmarks() {
        let watch = WatchRequest<Pod>(ObjectSelection(namespace: "media"), resourceVersion: "42", timeout: 200)
        let expected = "watch=true&allowWatchBookmarks=true&resourceVersion=42&timeoutSeconds=200"
        #expect(watch.request.target == "/api/v1/namespaces/media/pods?\(expected)")
    }

    @Test func whatIsSentSaysWhatItIs() throws {
        let lease = Lease(metadata: ObjectMeta(name: "film", namespace: "media"))
        let request = try KubernetesRequest<Lease>.apply(lease, manager: "test")
        #expect(request.contentType == "application/apply-patch+yaml")
        #expect(
            request.body.map { String(decoding: $0, as: UTF8.self) }
                == #"{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"film","namespace":"media"},"#
                + #""spec":{}}"#
        )
    }

    @Test func aDeletionIsBoundToTheObjectThatWasSeen() throws {
        let request = try KubernetesRequest<Void>.delete(Job.self, Self.key, uid: "u-1")
        let body = request.body.map { String(decoding: $0, as: UTF8.self) } ?? ""
        #expect(body.contains(#""preconditions":{"uid":"u-1"}"#))
    }

    @Test(arguments: ["2026-11-29T00:25:07.123456Z", "2026-11-29T00:25:07.000001Z", "2026-11-29T00:25:07.000000Z"])
    func microTimesComeBackAsTheyWere(text: String) throws {
        let time = try KubernetesJSON.decoder().decode(MicroTime.self, from: Data("\"\(text)\"".utf8))
        let written = try KubernetesJSON.encoder().encode(time)
        #expect(String(decoding: written, as: UTF8.self) == "\"\(text)\"")
    }

    @Test func aTimeWithoutAFractionIsAMicroTimeToo() throws {
        let time = try KubernetesJSON.decoder().decode(MicroTime.self, from: Data("\"2026-11-29T00:25:07Z\"".utf8))
        #expect(time.date == Date(timeIntervalSince1970: 1_795_911_907))
    }

    @Test(arguments: [
        (409, "AlreadyExists", KubernetesError.Code.alreadyExists), (409, "Conflict", .conflict),
        (410, "Gone", .expired),
        (429, "", .tooManyRequests), (503, "", .unavailable), (422, "Invalid", .invalid), (404, "NotFound", .notFound),
    ])
    func anAnswerHasItsCode(status: Int, reason: String, code: KubernetesError.Code) {
        let body = StatusBody(code: status, reason: reason, message: "m", details: nil)
        #expect(KubernetesError(status: status, body: body, retryAfter: nil, attempted: "x").code == code)
    }
}
