"""What becomes of uploads on a real cluster, where pods of the operator's making transcode.

VLOG_TEST_CLUSTER names a kubeconfig of somebody who may do anything. The cluster has the definitions, a running operator that
serves all namespaces, the image VLOG_TEST_IMAGE (vlog, with ffmpeg) on its nodes, a RuntimeClass `nvidia`, and nodes that
offer nvidia.com/gpu and gpu.intel.com/xe. VLOG_TEST_HOST is the address by which its pods reach this machine. Its node is this
machine where VLOG_TEST_VOLUME names a folder in which volumes may be made. VLOG_TEST_RESTART_KUBELET is a command that restarts its
kubelet. Where Kueue is installed, jobs are queued by it, too.
"""

import functools
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import threading
import time
import uuid

import pytest

from installation import Installation, until

CLUSTER, IMAGE, HOST, VOLUMES = (
    os.environ.get(f"VLOG_TEST_{name}") for name in ("CLUSTER", "IMAGE", "HOST", "VOLUME")
)

RESTART_KUBELET = os.environ.get("VLOG_TEST_RESTART_KUBELET")

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

    def apply(self, kind: str, name: str, spec: dict, *, api: str = "vlog.dev/v1alpha1", labels: dict[str, str] | None = None):
        body = {"apiVersion": api, "kind": kind, "metadata": {"name": name, "labels": labels or {}}, "spec": spec}
        self.kubectl("apply", "--filename", "-", given=json.dumps(body))

    def merge(self, kind: str, name: str, change: dict):
        self.kubectl("patch", kind, name, "--type", "merge", "--patch", json.dumps(change))

    def condition(self, name: str, type: str) -> tuple[str, str]:
        """Status and reason of a TranscodeJob's condition."""
        conditions = self.get("transcodejob", name).get("status", {}).get("conditions", [])
        return next(((c["status"], c["reason"]) for c in conditions if c["type"] == type), ("Unknown", ""))

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


@pytest.fixture(scope="module")
def lasting(clips, tmp_path_factory) -> pathlib.Path:
    """A clip that is encoded for so long that something can happen meanwhile, which is told of every ten seconds."""
    path = tmp_path_factory.mktemp("lasting") / "lasting.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-stream_loop", "3", "-i", clips["hd"], "-c", "copy", path], check=True)
    return path


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


def test_a_pod_that_is_evicted_is_followed_by_one_that_goes_on(platform, namespace, lasting):
    vlog = platform("--cluster-worker", "cpu")
    video = upload(vlog, lasting, "Evicted")
    until_encoding(vlog, video)
    [pod] = namespace.pods_of(namespace.job_of(vlog, video))
    namespace.kubectl("delete", "pod", pod["metadata"]["name"], "--wait=false")
    assert wait(vlog, video)["progress"]["attempt"] == 2
    job = until(lambda: (job := namespace.job_of(vlog, video))["status"]["summary"] == "Succeeded" and job, 60, "the end")
    assert (job["status"].get("failures", 0), job["status"].get("disruptions", 0)) == (0, 1)


def test_a_pod_that_vanishes_by_force_costs_no_more_than_a_pod(platform, namespace, lasting):
    vlog = platform("--cluster-worker", "cpu")
    video = upload(vlog, lasting, "Vanished")
    until_encoding(vlog, video)
    [pod] = namespace.pods_of(namespace.job_of(vlog, video))
    namespace.kubectl("delete", "pod", pod["metadata"]["name"], "--grace-period=0", "--force")
    # What has no pod any more may still run for a moment, and even finish. Either way one result is published.
    assert wait(vlog, video)["progress"]["attempt"] in (1, 2)
    until(lambda: namespace.job_of(vlog, video)["status"]["summary"] == "Succeeded", 90, "the end")


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


def test_whoever_deletes_the_transcode_job_cancels_the_video_and_retry_makes_another(platform, namespace, lasting):
    vlog = platform("--cluster-worker", "cpu")
    video = upload(vlog, lasting, "Deleted job")
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


def test_a_video_that_is_stopped_leaves_no_pod(platform, namespace, lasting):
    vlog = platform("--cluster-worker", "cpu")
    video = upload(vlog, lasting, "Stopped")
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


def test_a_node_that_is_drained_gives_its_job_to_the_next(platform, namespace, lasting):
    vlog = platform("--cluster-worker", "cpu")
    video = upload(vlog, lasting, "Drained")
    until_encoding(vlog, video)
    job = namespace.job_of(vlog, video)
    [pod] = namespace.pods_of(job)
    node = pod["spec"]["nodeName"]
    try:
        namespace.kubectl("drain", node, "--force", "--delete-emptydir-data", "--timeout=90s", "--pod-selector",
                          f"vlog.dev/transcode-job={job['metadata']['name']}")
        until(lambda: "node" in (state(vlog, video)["progress"].get("waiting") or ""), 90, "the reason")
    finally:
        namespace.kubectl("uncordon", node)
    assert wait(vlog, video)["progress"]["attempt"] == 2
    job = until(lambda: (job := namespace.job_of(vlog, video))["status"]["summary"] == "Succeeded" and job, 60, "the end")
    assert (job["status"].get("failures", 0), job["status"].get("disruptions", 0)) == (0, 1)


@pytest.fixture(scope="module")
def volume(namespace):
    """The folder behind the claim `videos`."""
    if not VOLUMES:
        pytest.skip("no folder for volumes (VLOG_TEST_VOLUME)")
    folder = pathlib.Path(VOLUMES) / namespace.name
    folder.mkdir()
    folder.chmod(0o777)
    name = f"vlog-{namespace.name}"
    size = {"accessModes": ["ReadWriteMany"], "storageClassName": ""}
    namespace.apply("PersistentVolume", name, size | {
        "capacity": {"storage": "1Gi"}, "hostPath": {"path": str(folder)}, "persistentVolumeReclaimPolicy": "Retain"}, api="v1")
    namespace.apply("PersistentVolumeClaim", "videos", size | {
        "volumeName": name, "resources": {"requests": {"storage": "1Gi"}}}, api="v1")
    yield folder
    namespace.kubectl("delete", "persistentvolume", name, "--wait=false")


def test_a_url_becomes_a_folder_on_a_claim_by_kubectl_alone(namespace, clips, volume):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=clips["small"].parent)
    with http.server.ThreadingHTTPServer((HOST, 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        namespace.apply("VLogWorker", "open", {
            "replicas": 1, "image": IMAGE, "imagePullPolicy": "IfNotPresent", "allowPrivateSources": True})
        namespace.apply("TranscodeJob", "film", {
            "worker": "open", "source": {"url": f"http://{HOST}:{server.server_port}/small.mp4"},
            "output": {"persistentVolumeClaim": {"claimName": "videos", "path": "out/film"}}})
        namespace.kubectl("wait", "--for=condition=Succeeded", "--timeout=100s", "transcodejob/film")
        server.shutdown()
    assert (volume / "out/film/master.m3u8").read_text().startswith("#EXTM3U")
    assert (volume / "out/film/manifest.mpd").exists()
    described = namespace.kubectl("describe", "transcodejob", "film")
    for word in ("Admitted", "Encoding", "Completed"):
        assert word in described


@pytest.fixture(scope="module")
def queue(namespace, volume, lasting):
    """Makes a TranscodeJob in a queue of Kueue's that has processors for one pod of the pool `queued` at a time."""
    if not namespace.kubectl("get", "crd", "clusterqueues.kueue.x-k8s.io", "--ignore-not-found"):
        pytest.skip("no Kueue in the cluster")
    kueue, name = "kueue.x-k8s.io/v1beta2", namespace.name
    namespace.apply("ResourceFlavor", name, {}, api=kueue)
    namespace.apply("ClusterQueue", name, {"namespaceSelector": {}, "resourceGroups": [{
        "coveredResources": ["cpu"], "flavors": [{"name": name, "resources": [{"name": "cpu", "nominalQuota": "1"}]}]}]}, api=kueue)
    namespace.apply("LocalQueue", "videos", {"clusterQueue": name}, api=kueue)
    namespace.apply("VLogWorker", "queued", {"replicas": 8, "image": IMAGE, "imagePullPolicy": "IfNotPresent",
                                             "resources": {"requests": {"cpu": "600m"}}})
    shutil.copy(lasting, volume / "lasting.mp4")

    def make(title: str):
        namespace.apply("TranscodeJob", title, {
            "worker": "queued", "source": {"persistentVolumeClaim": {"claimName": "videos", "path": "lasting.mp4"}},
            "output": {"persistentVolumeClaim": {"claimName": "videos", "path": f"out/{title}"}},
        }, labels={"kueue.x-k8s.io/queue-name": "videos"})
        return title
    yield make
    for kind in ("clusterqueue", "resourceflavor"):
        namespace.kubectl("delete", f"{kind}.kueue.x-k8s.io", name, "--wait=false")


def pods_of(namespace: Namespace, job: str) -> list[dict]:
    return namespace.pods_of({"metadata": {"name": job}})


def until_condition(namespace: Namespace, job: str, type: str, *wanted: str, limit: float = 120):
    until(lambda: namespace.condition(job, type) == wanted, limit, f"{job} to be {type}: {wanted}")


def test_kueue_decides_which_job_runs_and_may_take_it_back(namespace, queue):
    first = queue("first")
    until_condition(namespace, first, "Running", "True", "Encoding")
    second = queue("second")
    until_condition(namespace, second, "Admitted", "False", "WaitingForKueue")
    assert not pods_of(namespace, second)
    [workload] = [item["metadata"]["name"] for item in namespace.get("workloads.kueue.x-k8s.io")["items"]
                  if item["metadata"]["ownerReferences"][0]["name"].startswith("first")]
    namespace.merge("workload.kueue.x-k8s.io", workload, {"spec": {"active": False}})
    until_condition(namespace, first, "Admitted", "False", "WaitingForKueue")
    until_condition(namespace, second, "Running", "True", "Encoding")
    assert not pods_of(namespace, first)
    namespace.merge("workload.kueue.x-k8s.io", workload, {"spec": {"active": True}})
    for job in (second, first):
        until_condition(namespace, job, "Succeeded", "True", "Completed", limit=300)
    # What Kueue takes back was nobody's fault, however often it does.
    status = namespace.get("transcodejob", first)["status"]
    assert (status.get("failures", 0), status.get("disruptions", 0)) == (0, 0)


def test_what_is_suspended_gives_its_quota_to_the_next_in_kueues_queue(namespace, queue):
    held = queue("held")
    until_condition(namespace, held, "Running", "True", "Encoding")
    other = queue("next")
    until_condition(namespace, other, "Admitted", "False", "WaitingForKueue")
    namespace.merge("transcodejob", held, {"spec": {"suspend": True}})
    until_condition(namespace, other, "Running", "True", "Encoding")
    until_condition(namespace, held, "Suspended", "True", "BySpec")
    assert not pods_of(namespace, held)
    namespace.merge("transcodejob", held, {"spec": {"suspend": False}})
    for job in (other, held):
        until_condition(namespace, job, "Succeeded", "True", "Completed", limit=300)


@pytest.mark.skipif(not RESTART_KUBELET, reason="no command that restarts the kubelet (VLOG_TEST_RESTART_KUBELET)")
def test_the_kubelet_starts_again_while_pods_are_at_work(platform, namespace, lasting):
    """It forgets what the node offers until the cards' plug-in is back, and may end pods that have cards."""
    vlog = platform("--cluster-accelerator", "NVIDIA")
    videos = [upload(vlog, lasting, f"Restarted {number}") for number in range(2)]
    for video in videos:
        until_encoding(vlog, video, 5)
    subprocess.run(RESTART_KUBELET, shell=True, check=True, timeout=120)
    for video in videos:
        wait(vlog, video, limit=600)
        job = until(lambda: (job := namespace.job_of(vlog, video))["status"]["summary"] == "Succeeded" and job, 60, "the end")
        assert job["status"].get("failures", 0) == 0


def test_a_horizontal_pod_autoscaler_scales_a_pool(namespace, fresh_vlog):
    """Metrics come from a resource of their shape: what would measure the pods is not what is tested."""
    fresh_vlog.start("--host", "0.0.0.0", "--no-runner")
    key = fresh_vlog.run("worker", "register", "scaled").stdout.strip()
    namespace.kubectl("create", "secret", "generic", "scaled", f"--from-literal=api-key={key}")
    namespace.apply("VLogWorker", "scaled", {
        "mode": "Pull", "replicas": 1, "image": IMAGE, "imagePullPolicy": "IfNotPresent",
        "resources": {"requests": {"cpu": "100m"}},
        "server": {"url": f"http://{HOST}:{fresh_vlog.worker.rsplit(':', 1)[1]}",
                   "apiKeySecret": {"name": "scaled", "key": "api-key"}},
    })
    namespace.kubectl("apply", "--filename", "-", given=json.dumps({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "pods.metrics.k8s.io", "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"}},
        "spec": {"group": "metrics.k8s.io", "scope": "Namespaced",
                 "names": {"kind": "PodMetrics", "listKind": "PodMetricsList", "plural": "pods", "singular": "podmetrics"},
                 "versions": [{"name": "v1beta1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {
                     "type": "object", "x-kubernetes-preserve-unknown-fields": True}}}]},
    }))
    namespace.kubectl("wait", "--for=condition=Established", "crd/pods.metrics.k8s.io", "--timeout=30s")
    namespace.kubectl("apply", "--filename", "-", given=json.dumps({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "scaled"},
        "spec": {"minReplicas": 1, "maxReplicas": 3,
                 "scaleTargetRef": {"apiVersion": "vlog.dev/v1alpha1", "kind": "VLogWorker", "name": "scaled"},
                 "metrics": [{"type": "Resource", "resource": {
                     "name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}],
                 "behavior": {"scaleDown": {"stabilizationWindowSeconds": 0}}},
    }))

    def pods() -> list[dict]:
        return namespace.get("pods.v1.", "--selector", "vlog.dev/worker=scaled")["items"]

    def use(cpu: str):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        for pod in pods():
            namespace.kubectl("apply", "--filename", "-", given=json.dumps({
                "apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics", "timestamp": now, "window": "30s",
                "metadata": {"name": pod["metadata"]["name"], "labels": pod["metadata"]["labels"]},
                "containers": [{"name": "runner", "usage": {"cpu": cpu, "memory": "100Mi"}}],
            }))

    def replicas(cpu: str, wanted: int) -> bool:
        use(cpu)
        return namespace.get("vlogworker", "scaled")["spec"]["replicas"] == wanted and len(pods()) == wanted

    try:
        until(lambda: replicas("300m", 3), 180, "three runners")
        until(lambda: replicas("5m", 1), 240, "one runner")
    finally:
        namespace.kubectl("delete", "crd", "pods.metrics.k8s.io", "--wait=false")
    assert fresh_vlog.stop() == 0


def test_a_namespace_goes_while_a_pod_that_failed_has_no_successor_yet():
    doomed = Namespace(f"test-{uuid.uuid4().hex[:8]}")
    doomed.kubectl("create", "namespace", doomed.name)
    doomed.apply("VLogWorker", "cpu", {"replicas": 1, "image": IMAGE, "imagePullPolicy": "IfNotPresent"})
    doomed.apply("TranscodeJob", "film", {
        "source": {"url": "http://no-such-host.invalid/film.mp4"},
        "output": {"persistentVolumeClaim": {"claimName": "missing", "path": "out"}}})
    doomed.kubectl("apply", "--filename", "-", given=json.dumps({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "failing"},
        "spec": doomed_job(until(lambda: doomed.get("jobs")["items"], 30, "the Job")[0]),
    }))
    until(lambda: doomed.get("job", "failing").get("status", {}).get("failed"), 60, "a pod that has failed")
    doomed.kubectl("delete", "namespace", doomed.name, "--wait=false")
    until(lambda: not doomed.kubectl("get", "namespace", doomed.name, "--ignore-not-found"), 150, "the namespace to be gone")


def doomed_job(job: dict) -> dict:
    """The operator's Job, with a runner that fails at once."""
    spec = {key: value for key, value in job["spec"].items() if key not in ("selector", "template", "manualSelector")}
    pod = job["spec"]["template"]["spec"]
    pod["volumes"] = [volume for volume in pod["volumes"] if "persistentVolumeClaim" not in volume]
    for container in pod["containers"]:
        container["volumeMounts"] = [mount for mount in container["volumeMounts"] if mount["name"] != "output"]
        container["args"] = ["runner", "job", "--source", "/nothing", "--output", "/tmp/out"]
        container["env"].append({"name": "VLOG_FFMPEG", "value": "/nothing"})
    return spec | {"podFailurePolicy": None, "template": {"spec": pod}}
