"""The whole of it on a real cluster, by kustomize and by the chart: installed, used, scaled, backed up, upgraded, removed.

VLOG_TEST_CLUSTER names the kubeconfig of somebody who may do anything on a cluster that no operator of VLog serves, and whose
controller manager has HPAScaleToZero. VLOG_TEST_IMAGE and VLOG_TEST_NEXT_IMAGE are images of vlog on its node, which is this
machine and makes volumes of folders in VLOG_TEST_VOLUME; it has the image postgres:17 as well.
"""

import json
import pathlib
import subprocess
import threading

import pytest

from cluster import CLUSTER, IMAGE, NEXT_IMAGE, VOLUMES, Overlay, Release, fetch, until

pytestmark = pytest.mark.skipif(not (CLUSTER and IMAGE and NEXT_IMAGE and VOLUMES), reason="no cluster (VLOG_TEST_CLUSTER)")


@pytest.fixture(scope="module")
def clips(tmp_path_factory) -> dict[str, pathlib.Path]:
    folder = tmp_path_factory.mktemp("clips")
    made = {}
    for name, seconds, size in (("short", 5, "640x360"), ("long", 90, "1280x720")):
        made[name] = folder / f"{name}.mp4"
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc2=s={size}:r=30:d={seconds}", "-f", "lavfi", "-i",
                        f"sine=d={seconds}", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", made[name]], check=True)
    return made


@pytest.fixture(scope="module", params=["overlay", "chart"])
def vlog(request, tmp_path_factory):
    installation = Overlay(tmp_path_factory.mktemp("admin")) if request.param == "overlay" else Release()
    prefix = installation.prefix
    for claim, user in ((f"{prefix}-storage", 10001), (f"{prefix}-backups", 999), (f"data-{prefix}-postgres-0", 999)):
        installation.volume(claim, user)
    try:
        installation.install(IMAGE)
        installation.ready()
        yield installation
    finally:
        installation.uninstall()
        installation.kubectl("delete", "namespace", installation.namespace, "--ignore-not-found", "--timeout=180s")


def demand(vlog, pool: str = "cpu") -> int:
    """As an autoscaler reads it."""
    path = f"/apis/external.metrics.k8s.io/v1beta1/namespaces/{vlog.namespace}/vlog_operator_demand?labelSelector=worker%3D{pool}"
    [item] = json.loads(vlog.kubectl("get", "--raw", path))["items"]
    return int(item["value"])


def test_an_upload_through_the_service_is_transcoded_in_a_pod_and_plays(vlog, clips):
    slug = vlog.upload(clips["short"], "First")
    video = vlog.wait(slug)
    until(lambda: vlog.job(video)["status"]["summary"] == "Succeeded", 60, "the TranscodeJob to say so, too")
    assert len(vlog.play(slug)) > 1000
    # The administrator's password is the one in the Secret.
    password = vlog.secret(vlog.secrets, "admin-password")
    login = subprocess.run(
        ["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--json", json.dumps({"password": password}),
         vlog.address("admin", 9001) + "/api/auth/login"], capture_output=True, text=True, timeout=20)
    assert login.stdout == "200"


def test_the_namespace_enforces_the_restricted_standard(vlog):
    labels = vlog.get("namespace", vlog.namespace)["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    # The API server says which pods would not pass.
    said = vlog.kubectl("label", "--dry-run=server", "--overwrite", "namespace", vlog.namespace,
                        "pod-security.kubernetes.io/enforce=restricted", "pod-security.kubernetes.io/enforce-version=latest")
    assert "violate" not in said
    refused = vlog.kubectl("run", "rooted", "--image", IMAGE, "--restart=Never", check=False)
    assert "violates PodSecurity" in refused


@pytest.mark.parametrize("account, verb, resource, allowed", [
    ("operator", "create", "jobs.batch", True),
    ("operator", "update", "transcodejobs.vlog.dev/status", True),
    ("operator", "get", "secrets/vlog-operator-serving", True),
    ("operator", "get", "secrets/{secrets}", False),
    ("operator", "list", "secrets", False),
    ("operator", "create", "secrets", False),
    ("operator", "create", "pods", False),
    ("operator", "update", "transcodejobs.vlog.dev", False),
    ("operator", "delete", "vlogworkers.vlog.dev", False),
    ("operator", "create", "tokenreviews.authentication.k8s.io", False),
    ("server", "create", "transcodejobs.vlog.dev", True),
    ("server", "create", "tokenreviews.authentication.k8s.io", True),
    ("server", "get", "pods", True),
    ("server", "update", "transcodejobs.vlog.dev/status", False),
    ("server", "create", "vlogworkers.vlog.dev", False),
    ("server", "create", "jobs.batch", False),
    ("server", "get", "secrets/{secrets}", False),
    ("server", "create", "pods", False),
    ("default", "get", "pods", False),
    ("default", "list", "transcodejobs.vlog.dev", False),
])
def test_accounts_may_do_what_they_must_and_no_more(vlog, account, verb, resource, allowed):
    name = account if account == "default" else f"{vlog.prefix}-{account}"
    resource = resource.format(secrets=vlog.secrets)
    resource, *sub = resource.split("/") if "/status" in resource else [resource]
    arguments = ["--subresource", *sub] if sub else []
    answer = vlog.kubectl("auth", "can-i", verb, resource, *arguments,
                          "--as", f"system:serviceaccount:{vlog.namespace}:{name}", check=False)
    assert answer.split()[0] == ("yes" if allowed else "no"), answer


def test_pods_follow_the_queue_from_none_to_many_to_none(vlog, clips):
    def slots() -> int:
        return vlog.get("vlogworker", "cpu")["spec"]["replicas"]

    vlog.scale(0)
    until(lambda: slots() == 0, 120, "no slot, as nothing waits")
    assert demand(vlog) == 0
    assert not running(vlog)
    titles = [f"Queued {number}" for number in range(3)]
    slugs = [vlog.upload(clips["short"], title) for title in titles]
    until(lambda: slots() >= 2, 120, "slots for what waits")
    until(lambda: running(vlog), 60, "a runner's pod")
    for slug in slugs:
        vlog.wait(slug)
    until(lambda: demand(vlog) == 0, 60, "nothing that waits or runs")
    until(lambda: slots() == 0, 180, "no slot again")
    assert not running(vlog)
    vlog.scale(2)
    until(lambda: slots() == 2, 120, "two slots")


def running(vlog) -> list[str]:
    return [pod["metadata"]["name"] for pod in vlog.pods("runner") if pod["status"]["phase"] in ("Pending", "Running")]


def test_namespaces_come_and_go_beside_it(vlog):
    """An API that the API server cannot ask what it has keeps every namespace from going."""
    vlog.kubectl("create", "namespace", "passing-by")
    vlog.kubectl("delete", "namespace", "passing-by", "--timeout=60s")


def test_a_backup_brings_the_catalogue_back(vlog, clips):
    vlog.kubectl("create", "job", "backup-now", f"--from=cronjob/{vlog.prefix}-backup")
    vlog.kubectl("wait", "--for=condition=Complete", "--timeout=120s", "job/backup-now")
    before = {video["slug"] for video in json.loads(vlog.run("list", "--json"))["items"]}
    assert before
    vlog.psql("UPDATE videos SET title = 'Spoilt'; DELETE FROM categories")
    vlog.restore()
    after = json.loads(vlog.run("list", "--json"))["items"]
    assert {video["slug"] for video in after} == before
    assert all(video["title"] != "Spoilt" for video in after)


def test_an_upgrade_loses_nothing_that_runs(vlog, clips):
    slug = vlog.upload(clips["long"], "Through the upgrade")
    until(lambda: vlog.show(slug)["progress"]["percent"] > 10, 120, "encoding to be under way")
    old = {pod["metadata"]["uid"] for name in ("server", "operator") for pod in vlog.pods(name)}
    with Watcher(vlog) as watcher:
        vlog.upgrade(NEXT_IMAGE)
        vlog.ready()
    pods = [pod for name in ("server", "operator") for pod in vlog.pods(name) if not pod["metadata"].get("deletionTimestamp")]
    assert pods and not old & {pod["metadata"]["uid"] for pod in pods}
    assert {pod["spec"]["containers"][0]["image"] for pod in pods} == {NEXT_IMAGE}
    job = vlog.job(vlog.wait(slug))
    # The attempt that ran has ended it: the runner waited for the server.
    assert job["status"]["attempt"] == 1
    assert len(vlog.play(slug)) > 1000
    if len(vlog.pods("server")) > 1:
        assert watcher.failures == []


class Watcher:
    """Somebody who watches meanwhile."""

    def __init__(self, vlog):
        self.address = vlog.address("public", 9000) + "/api/videos"
        self.failures: list[str] = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def watch(self):
        while not self.over.is_set():
            try:
                fetch(self.address)
            except OSError as error:
                self.failures.append(str(error))
            self.over.wait(0.2)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def test_an_old_server_says_that_the_database_is_newer(vlog):
    vlog.psql("INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, 'of-tomorrow', 'x')")
    try:
        vlog.kubectl("rollout", "restart", f"deployment/{vlog.prefix}-server")

        def sentence():
            return "the database has migration 9999" in vlog.kubectl(
                "logs", "--selector", "app.kubernetes.io/component=server", "--container", "migrate", "--tail=5", check=False)
        until(sentence, 120, "the new server to say why it does not start")
    finally:
        vlog.psql("DELETE FROM schema_migrations WHERE number = 9999")
    vlog.kubectl("delete", "pods", "--selector", "app.kubernetes.io/component=server")
    vlog.ready()
    vlog.run("list")


def test_the_release_tests_itself(vlog):
    if isinstance(vlog, Overlay):
        pytest.skip("a chart has this")
    vlog.helm.test(vlog.name, timeout=120)


def test_removing_it_leaves_what_it_says_and_nothing_that_hangs(vlog, clips):
    slug = vlog.upload(clips["long"], "Cut off")
    until(lambda: vlog.show(slug)["progress"]["percent"] > 5, 120, "a job that runs")
    vlog.uninstall()
    if isinstance(vlog, Overlay):
        # The namespace goes, and all that is in it; no finalizer keeps it.
        assert not vlog.names("namespace", vlog.namespace)
        assert not vlog.names("crd", "transcodejobs.vlog.dev", "vlogworkers.vlog.dev")
    else:
        assert {"persistentvolumeclaim/films-vlog-storage", "persistentvolumeclaim/films-vlog-backups"} <= vlog.names("pvc")
        assert len(vlog.names("crd", "transcodejobs.vlog.dev", "vlogworkers.vlog.dev")) == 2
        until(lambda: not vlog.names("deployments,statefulsets,services,horizontalpodautoscalers,networkpolicies"), 120, "the rest")
        vlog.kubectl("delete", "namespace", vlog.namespace, "--timeout=180s")
    assert not vlog.names("apiservice", "v1beta1.external.metrics.k8s.io")
    left = vlog.kubectl("get", "clusterroles,clusterrolebindings", "--output", "name")
    assert f"{vlog.prefix}-operator" not in left
