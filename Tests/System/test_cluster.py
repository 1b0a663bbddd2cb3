"""What becomes of uploads on a real cluster, where pods of the operator's making transcode.

VLOG_TEST_CLUSTER names a kubeconfig of somebody who may do anything. The cluster has the definitions, a running operator that
serves all namespaces, the image VLOG_TEST_IMAGE (vlog, with ffmpeg) on its nodes, a RuntimeClass `nvidia`, and nodes that
offer nvidia.com/gpu and gpu.intel.com/xe. VLOG_TEST_HOST is the address by which its pods reach this machine.
"""

import json
import os
import re
import subprocess
import time
import uuid

import pytest

from installation import BINARY, Installation, until

CLUSTER, IMAGE, HOST = (os.environ.get(name) for name in ("VLOG_TEST_CLUSTER", "VLOG_TEST_IMAGE", "VLOG_TEST_HOST"))

pytestmark = pytest.mark.skipif(not (CLUSTER and IMAGE and HOST), reason="no cluster (VLOG_TEST_CLUSTER)")

POOLS = {"nvidia": {"type": "NVIDIA", "runtimeClassName": "nvidia"}, "intel": {"type": "Intel"}, "cpu": {"type": "CPU"}}


class Namespace:
    def __init__(self, name: str):
        self.name = name

    def kubectl(self, *arguments: str, check: bool = True, given: str | None = None) -> str:
        result = subprocess.run(["kubectl", "--kubeconfig", CLUSTER, "--namespace", self.name, *arguments], input=given,
                                capture_output=True, text=True, timeout=120)
        if check and result.returncode != 0:
            raise AssertionError(f"kubectl {' '.join(arguments)}: {result.stdout}{result.stderr}")
        return result.stdout

    def get(self, *arguments: str) -> dict:
        return json.loads(self.kubectl("get", *arguments, "--output", "json"))

    def apply(self, kind: str, name: str, spec: dict, **more):
        body = {"apiVersion": "vlog.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec} | more
        self.kubectl("apply", "--filename", "-", given=json.dumps(body))

    def jobs_of(self, vlog: Installation, video: dict) -> list[dict]:
        """Its TranscodeJobs; other servers have videos of the same number here."""
        items = self.get("transcodejobs", "--selector", f"vlog.dev/video={video['id']}")["items"]
        port = vlog.worker.rsplit(":", 1)[1]
        return [item for item in items if item["spec"]["source"]["video"]["workerAPI"].endswith(f":{port}")]

    def job_of(self, vlog: Installation, video: dict) -> dict | None:
        """The newest of them."""
        return max(self.jobs_of(vlog, video), key=lambda item: item["metadata"]["creationTimestamp"], default=None)

    def pods_of(self, job: dict) -> list[dict]:
        return self.get("pods", "--selector", f"vlog.dev/transcode-job={job['metadata']['name']}")["items"]


@pytest.fixture(scope="module")
def namespace():
    """With a pool of each kind, where no pod may do what the `restricted` standard forbids."""
    found = Namespace(f"test-{uuid.uuid4().hex[:8]}")
    found.kubectl("create", "namespace", found.name)
    found.kubectl("label", "namespace", found.name, "pod-security.kubernetes.io/enforce=restricted")
    for name, accelerator in POOLS.items():
        spec = {"replicas": 2, "image": IMAGE, "imagePullPolicy": "IfNotPresent", "accelerator": accelerator}
        found.apply("VLogWorker", name, spec)
    yield found
    found.kubectl("delete", "namespace", found.name, "--wait=false")


@pytest.fixture
def platform(fresh_vlog, namespace):
    """Starts a server that hands its jobs to the namespace, with the options that are given."""
    def start(*options: str) -> Installation:
        port = fresh_vlog.worker.rsplit(":", 1)[1]
        fresh_vlog.start("--host", "0.0.0.0", "--dispatch", "kubernetes", "--cluster-namespace", namespace.name,
                         "--worker-api-url", f"http://{HOST}:{port}", *options)
        return fresh_vlog
    os.environ["KUBECONFIG"] = CLUSTER
    yield start
    assert fresh_vlog.stop() == 0


def upload(vlog: Installation, clip, title: str) -> dict:
    vlog.run("upload", str(clip), "--title", title)
    return vlog.json("show", re.sub(r"\W+", "-", title.lower()))


def state(vlog: Installation, video: dict) -> dict:
    return vlog.json("show", video["slug"])


def wait(vlog: Installation, video: dict, status: str = "ready", limit: float = 240) -> dict:
    def ended():
        now = state(vlog, video)
        assert now["status"] in (status, "pending", "processing"), now["progress"]
        return now if now["status"] == status else None
    return until(ended, limit, f"video {video['slug']} to be {status}")


def until_encoding(vlog: Installation, video: dict, percent: float = 15):
    until(lambda: state(vlog, video)["progress"]["percent"] > percent, 120, "encoding to be under way")


@pytest.mark.parametrize("pool, resource, runtime", [
    ("nvidia", "nvidia.com/gpu", "nvidia"), ("intel", "gpu.intel.com/xe", None), ("cpu", None, None),
])
def test_an_upload_is_transcoded_in_a_pod_that_has_what_its_pool_says(platform, namespace, clips, pool, resource, runtime):
    vlog = platform("--cluster-accelerator", POOLS[pool]["type"])
    video = upload(vlog, clips["small"], f"On {pool}")
    pods = until(lambda: (job := namespace.job_of(vlog, video)) and namespace.pods_of(job), 60, "the pod")
    [container] = pods[0]["spec"]["containers"]
    assert container["resources"].get("limits") == ({resource: "1"} if resource else None)
    assert pods[0]["spec"].get("runtimeClassName") == runtime
    wait(vlog, video)
    job = until(lambda: (job := namespace.job_of(vlog, video))["status"]["summary"] == "Succeeded" and job, 60, "the end")
    assert job["status"]["worker"] == pool
    # There is nothing behind the names of the cards here: the runner falls back, and says what it used.
    assert job["status"]["encoder"]
    assert vlog.get(f"{vlog.public}/videos/{video['slug']}/master.m3u8")[0] == 200
    # One id finds the story in the logs of all parts.
    trace = job["metadata"]["annotations"]["vlog.dev/trace-id"]
    told = [line for line in vlog.log.read_text().splitlines() if f"trace.id={trace}" in line]
    for words in ("video uploaded", "transcode job made", "job claimed", "job complete"):
        assert any(words in line for line in told), words
    assert trace in namespace.kubectl("logs", pods[0]["metadata"]["name"])


def test_a_pod_that_is_evicted_is_followed_by_one_that_goes_on(platform, namespace, clips):
    vlog = platform("--cluster-worker", "cpu")
    video = upload(vlog, clips["hd"], "Evicted")
    until_encoding(vlog, video)
    [pod] = namespace.pods_of(namespace.job_of(vlog, video))
    namespace.kubectl("delete", "pod", pod["metadata"]["name"], "--wait=false")
    assert wait(vlog, video)["progress"]["attempt"] == 2
    job = until(lambda: (job := namespace.job_of(vlog, video))["status"]["summary"] == "Succeeded" and job, 60, "the end")
    assert (job["status"].get("failures", 0), job["status"].get("disruptions", 0)) == (0, 1)


def test_a_pod_that_vanishes_by_force_costs_no_more_than_a_pod(platform, namespace, clips):
    vlog = platform("--cluster-worker", "cpu")
    video = upload(vlog, clips["hd"], "Vanished")
    until_encoding(vlog, video)
    [pod] = namespace.pods_of(namespace.job_of(vlog, video))
    namespace.kubectl("delete", "pod", pod["metadata"]["name"], "--grace-period=0", "--force")
    assert wait(vlog, video)["progress"]["attempt"] == 2


def test_an_operator_that_is_killed_is_not_missed(platform, namespace, clips):
    vlog = platform("--cluster-worker", "cpu")
    video = upload(vlog, clips["small"], "Leaderless")
    operators = namespace.get("pods", "--all-namespaces", "--selector", "app.kubernetes.io/name=vlog-operator")["items"]
    for pod in operators:
        Namespace(pod["metadata"]["namespace"]).kubectl("delete", "pod", pod["metadata"]["name"], "--grace-period=0", "--force")
    other = upload(vlog, clips["small"], "Leaderless too")
    for each in (video, other):
        wait(vlog, each)
        assert len(namespace.jobs_of(vlog, each)) == 1


def test_whoever_deletes_the_transcode_job_cancels_the_video_and_retry_makes_another(platform, namespace, clips):
    vlog = platform("--cluster-worker", "cpu")
    video = upload(vlog, clips["hd"], "Deleted job")
    until_encoding(vlog, video)
    job = namespace.job_of(vlog, video)
    namespace.kubectl("delete", "transcodejob", job["metadata"]["name"])
    ended = wait(vlog, video, "failed", 60)
    assert ended["progress"]["job_state"] == "cancelled"
    assert job["metadata"]["name"] in ended["progress"]["error"]
    until(lambda: not namespace.pods_of(job), 90, "the pod to be gone")
    vlog.run("retry", video["slug"])
    wait(vlog, video)
    assert namespace.job_of(vlog, video)["metadata"]["name"] != job["metadata"]["name"]


def test_a_video_that_is_stopped_leaves_no_pod(platform, namespace, clips):
    vlog = platform("--cluster-worker", "cpu")
    video = upload(vlog, clips["hd"], "Stopped")
    until_encoding(vlog, video)
    job = namespace.job_of(vlog, video)
    started = time.monotonic()
    vlog.run("cancel", video["slug"])
    until(lambda: not namespace.pods_of(job), 90, "the pod to be gone")
    assert time.monotonic() - started < 60
    assert namespace.job_of(vlog, video) is None


def test_why_it_waits_is_said_in_the_words_of_kubernetes(platform, namespace, clips):
    vlog = platform("--cluster-worker", "nobody")
    video = upload(vlog, clips["small"], "Waits")
    sentence = "There is no VLogWorker 'nobody' in this namespace."
    until(lambda: sentence in (state(vlog, video)["progress"].get("waiting") or ""), 60, "the reason")
    namespace.apply("VLogWorker", "nobody", {"replicas": 1, "image": IMAGE, "imagePullPolicy": "IfNotPresent"})
    wait(vlog, video)


def test_a_pool_of_runners_that_ask_is_scaled_by_kubectl(fresh_vlog, namespace, clips):
    vlog = fresh_vlog
    vlog.start("--host", "0.0.0.0", "--no-runner")
    port = vlog.worker.rsplit(":", 1)[1]
    key = vlog.run("worker", "register", "pool").stdout.strip()
    namespace.kubectl("create", "secret", "generic", "vlog-worker", f"--from-literal=api-key={key}")
    namespace.apply("VLogWorker", "pull", {
        "mode": "Pull", "replicas": 1, "image": IMAGE, "imagePullPolicy": "IfNotPresent",
        "server": {"url": f"http://{HOST}:{port}", "apiKeySecret": {"name": "vlog-worker", "key": "api-key"}},
    })

    def ready() -> int:
        pods = namespace.get("pods", "--selector", "vlog.dev/worker=pull")["items"]
        return sum(any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions", []))
                   for pod in pods if "deletionTimestamp" not in pod["metadata"])
    until(lambda: ready() == 1, 60, "a runner")
    wait(vlog, upload(vlog, clips["small"], "Pulled"))
    namespace.kubectl("scale", "vlogworker/pull", "--replicas=2")
    until(lambda: ready() == 2, 60, "two runners")
    namespace.kubectl("scale", "vlogworker/pull", "--replicas=0")
    until(lambda: not namespace.get("pods", "--selector", "vlog.dev/worker=pull")["items"], 90, "no runner")
    assert vlog.stop() == 0
