import Kubernetes
import Synchronization

/// Asks the API server who may do what, and remembers the answers for some seconds.
final class AccessDecisions: Sendable {
    private struct Question: Hashable {
        let subject: SubjectAccessReview.Subject
        let action: SubjectAccessReview.ResourceAttributes
    }

    private struct Answer {
        let isAllowed: Bool
        let until: ContinuousClock.Instant
    }

    private static let memory = Duration.seconds(10)
    private static let mostAnswers = 1000
    /// May do anything, also while the API server cannot be asked: its own requests are of this group.
    private static let masters = "system:masters"

    private let client: KubernetesClient
    private let answers = Mutex<[Question: Answer]>([:])

    init(client: KubernetesClient) { self.client = client }

    func isAllowed(_ subject: SubjectAccessReview.Subject, _ action: SubjectAccessReview.ResourceAttributes)
        async throws -> Bool
    {
        if subject.groups.contains(Self.masters) { return true }
        let question = Question(subject: subject, action: action)
        let now = ContinuousClock.now
        if let known = answers.withLock({ $0[question] }), now < known.until { return known.isAllowed }
        let review = try await client.send(.review(SubjectAccessReview(subject, action)))
        let isAllowed = review.status?.allowed ?? false
        answers.withLock { answers in
            if answers.count >= Self.mostAnswers { answers = answers.filter { now < $0.value.until } }
            if answers.count < Self.mostAnswers {
                answers[question] = Answer(isAllowed: isAllowed, until: now + Self.memory)
            }
        }
        return isAllowed
    }
}
