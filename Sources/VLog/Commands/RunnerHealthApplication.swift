import Foundation
import Hummingbird
import JobRunner
import Logging
import VLogCore

/// The runner's own small server: `/health` (the process works), `/ready` (it can take jobs: 200 or 503) and
/// `/progress` (what it does), as Kubernetes probes and the operator ask for them.
func runnerHealthApplication(
    _ runner: PullRunner,
    port: Int,
    logger: Logger
) -> some ApplicationProtocol {
    let router = Router()
    router.get("health") { _, _ in runnerAnswer(.ok, runner.health) }
    router.get("ready") { _, _ in runnerAnswer(runner.health.ready ? .ok : .serviceUnavailable, runner.health) }
    router.get("progress") { _, _ in runnerAnswer(.ok, runner.health) }
    return Application(
        router: router,
        configuration: ApplicationConfiguration(address: .hostname("0.0.0.0", port: port)),
        logger: logger
    )
}

private func runnerAnswer(_ status: HTTPResponse.Status, _ health: RunnerHealth) -> Response {
    let body = (try? JSONCoding.encoder().encode(health)) ?? Data()
    return Response(
        status: status,
        headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
    )
}
