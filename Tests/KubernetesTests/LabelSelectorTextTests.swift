import Kubernetes
import Testing

struct LabelSelectorTextTests {
    @Test(arguments: [
        ("", true), ("worker=nvidia", true), ("worker==nvidia", true), ("worker = nvidia , tier=a", true),
        ("worker=cpu", false), ("worker!=cpu", true), ("worker!=nvidia", false), ("other!=x", true),
        ("worker in (cpu, nvidia)", true), ("worker in (cpu)", false), ("worker notin (cpu)", true),
        ("worker notin (nvidia,cpu)", false), ("other notin (x)", true), ("worker", true), ("other", false),
        ("!other", true), ("!worker", false), ("worker,!other,tier in (a)", true), ("empty=", true),
        ("app.kubernetes.io/name=vlog", true),
    ])
    func itSelectsWhatKubectlWould(_ text: String, _ expected: Bool) throws {
        let labels = ["worker": "nvidia", "tier": "a", "empty": "", "app.kubernetes.io/name": "vlog"]
        #expect(try #require(LabelSelectorText(text)).matches(labels) == expected)
    }

    @Test(arguments: [
        "=", "worker=a b", "worker in", "worker in (a", "worker in a", "worker near (a)", ",", "worker=a,", "!", "!!a",
        "(a)", "worker=a=b", "wörker=a", "a in (b))",
    ])
    func whatIsNoneIsRefused(_ text: String) {
        #expect(LabelSelectorText(text) == nil)
    }
}
