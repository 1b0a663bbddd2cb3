import Foundation
import Synchronization
import Testing

@testable import Kubernetes

@Suite(.timeLimit(.minutes(2))) struct ObjectStoreTests {
    private func pod(_ name: String, version: Int, phase: Pod.Phase = .pending) -> Pod {
        var pod = Pod(metadata: ObjectMeta(name: name, namespace: "media"), status: Pod.Status(phase: phase))
        pod.metadata.resourceVersion = String(version)
        return pod
    }

    @Test func theNewerStateCountsWhicheverWayItComes() {
        let store = ObjectStore<Pod>()
        store.put(pod("a", version: 5, phase: .running))
        store.put(pod("a", version: 4))
        #expect(store[ObjectKey(namespace: "media", name: "a")]?.status?.phase == .running)
    }

    @Test func aLateAnswerBringsNothingBack() {
        let store = ObjectStore<Pod>()
        store.put(pod("a", version: 5))
        store.remove(pod("a", version: 7))
        store.put(pod("a", version: 6))
        #expect(store.count == 0)
        store.put(pod("a", version: 8))
        #expect(store.count == 1)
    }

    @Test func aListRemovesWhatIsGoneAndKeepsWhatIsNewer() {
        let store = ObjectStore<Pod>()
        store.put(pod("gone", version: 3))
        store.put(pod("stays", version: 4))
        store.put(pod("new", version: 12))
        store.replace(with: [pod("stays", version: 4)], version: "10")
        #expect(Set(store.all.map(\.metadata.name)) == ["stays", "new"])
        #expect(store.isComplete)
    }

    @Test func changesAreToldOnceAndNotWhenNothingChanges() {
        let store = ObjectStore<Pod>()
        let told = Mutex<[String]>([])
        store.onChange { old, new in
            told.withLock {
                $0.append("\(old?.metadata.resourceVersion ?? "-")→\(new?.metadata.resourceVersion ?? "-")")
            }
        }
        store.put(pod("a", version: 1))
        store.put(pod("a", version: 2))
        store.replace(with: [pod("a", version: 2)], version: "2")
        store.replace(with: [], version: "3")
        #expect(told.withLock { $0 } == ["-→1", "1→2", "2→-"])
    }

    @Test func groupsFollowTheObjects() {
        let store = ObjectStore<Pod> { [$0.status?.phase?.rawValue ?? ""] }
        store.put(pod("a", version: 1))
        #expect(store.objects(in: "Pending").count == 1)
        store.put(pod("a", version: 2, phase: .running))
        #expect(store.objects(in: "Pending").isEmpty)
        #expect(store.objects(in: "Running").count == 1)
    }
}
