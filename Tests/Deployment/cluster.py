"""VLog on a real cluster, put there as an admin does: by the overlays, or by the chart."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import time
import urllib.request

import helm_python
import yaml

from rendering import CHART, ROOT

CLUSTER, IMAGE, NEXT_IMAGE, VOLUMES = (
    os.environ.get(f"VLOG_TEST_{name}") for name in ("CLUSTER", "IMAGE", "NEXT_IMAGE", "VOLUME")
)
BINARY = os.environ.get("VLOG_BINARY", "vlog")
# Little enough for a node that has two cores.
SMALL = {"requests": {"cpu": "50m", "memory": "128Mi"}}


def until(condition, limit: float, what: str):
    deadline = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {limit} s for {what}"
        time.sleep(0.5)


class Cluster:
    def __init__(self, namespace: str):
        self.namespace = namespace

    def kubectl(self, *arguments: str, check: bool = True, given: str | None = None, limit: float = 300) -> str:
        # The objects of a kustomization have namespaces of their own.
        place = [] if "--kustomize" in arguments else ["--namespace", self.namespace]
        result = subprocess.run(["kubectl", "--kubeconfig", CLUSTER, *place, *arguments], input=given, capture_output=True,
                                text=True, timeout=limit)
        if check and result.returncode != 0:
            raise AssertionError(f"kubectl {' '.join(arguments)}: {result.stdout}{result.stderr}")
        return result.stdout + result.stderr

    def get(self, *arguments: str) -> dict:
        return json.loads(self.kubectl("get", *arguments, "--output", "json"))

    def names(self, *arguments: str) -> set[str]:
        return set(self.kubectl("get", *arguments, "--output", "name", "--ignore-not-found").split())

    def apply(self, *objects: dict):
        self.kubectl("apply", "--filename", "-", given=yaml.safe_dump_all(objects))

    def secret(self, name: str, key: str) -> str:
        return base64.b64decode(self.get("secret", name)["data"][key]).decode()

    def volume(self, claim: str, user: int):
        """A folder of the node for the claim, as a provisioner would make it: what is in it is gone when it is made anew."""
        folder = pathlib.Path(VOLUMES) / f"{self.namespace}-{claim}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        os.chown(folder, user, user)
        self.kubectl("delete", "persistentvolume", folder.name, "--ignore-not-found")
        self.apply({
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": folder.name},
            "spec": {"capacity": {"storage": "1Ti"}, "accessModes": ["ReadWriteOnce", "ReadWriteMany"],
                     "persistentVolumeReclaimPolicy": "Retain", "storageClassName": "",
                     "claimRef": {"namespace": self.namespace, "name": claim}, "hostPath": {"path": str(folder)}},
        })

    def pods(self, component: str) -> list[dict]:
        return self.get("pods", "--selector", f"app.kubernetes.io/component={component}")["items"]


class Installation(Cluster):
    """What both ways have in common. `prefix` is what the names of the objects begin with."""
    prefix = "vlog"
    secrets = "vlog"

    def ready(self):
        for kind in ("deployment", "statefulset"):
            for name in self.names(kind):
                self.kubectl("rollout", "status", name, "--timeout=300s")
        # A node hears of a Service's new pods a moment later.
        for service, port in (("admin", 9001), ("public", 9000)):
            until(lambda address=self.address(service, port): answers(address + "/health"), 60, f"the Service {service}")

    def address(self, service: str, port: int) -> str:
        """Of a Service, as pods reach it; this machine is a node."""
        return f"http://{self.get('service', f'{self.prefix}-{service}')['spec']['clusterIP']}:{port}"

    def run(self, *arguments: str) -> str:
        """The command line, against the Admin API's Service."""
        environment = os.environ | {"VLOG_ADMIN_URL": self.address("admin", 9001),
                                    "VLOG_ADMIN_API_SECRET": self.secret(self.secrets, "admin-api-secret")}
        result = subprocess.run([BINARY, *arguments], env=environment, capture_output=True, text=True, timeout=600)
        assert result.returncode == 0, f"vlog {' '.join(arguments)}: {result.stdout}{result.stderr}"
        return result.stdout

    def show(self, slug: str) -> dict:
        return json.loads(self.run("show", slug, "--json"))

    def upload(self, clip: pathlib.Path, title: str) -> str:
        """Its slug."""
        self.run("upload", str(clip), "--title", title)
        return title.lower().replace(" ", "-")

    def wait(self, slug: str, limit: float = 300) -> dict:
        def ended():
            video = self.show(slug)
            assert video["status"] != "failed", video
            return video if video["status"] == "ready" else None
        return until(ended, limit, f"{slug} to be ready")

    def play(self, slug: str) -> bytes:
        """The first segment of the first rung, found as a player finds it."""
        root = self.address("public", 9000) + f"/videos/{slug}/"
        rung = first_uri(fetch(root + "master.m3u8").decode())
        playlist = root + rung
        return fetch(playlist.rsplit("/", 1)[0] + "/" + first_uri(fetch(playlist).decode()))

    def job(self, video: dict) -> dict | None:
        items = self.get("transcodejobs", "--selector", f"vlog.dev/video={video['id']}")["items"]
        return items[0] if items else None

    def restore(self):
        """As docs/kubernetes.md says."""
        server = f"deployment/{self.prefix}-server"
        replicas = self.get(server)["spec"]["replicas"]
        self.kubectl("scale", server, "--replicas", "0")
        self.kubectl("wait", "--for=delete", "pod", "--selector", "app.kubernetes.io/component=server", "--timeout=120s")
        self.kubectl("create", "job", "restore", f"--from=cronjob/{self.prefix}-restore")
        self.kubectl("wait", "--for=condition=Complete", "--timeout=120s", "job/restore")
        self.kubectl("scale", server, "--replicas", str(replicas))
        self.ready()

    def psql(self, statement: str) -> str:
        return self.kubectl("exec", f"{self.prefix}-postgres-0", "--", "psql", "--username", "vlog", "--tuples-only",
                            "--no-align", "--command", statement, "vlog")


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read()


def answers(address: str) -> bool:
    try:
        return bool(fetch(address))
    except OSError:
        return False


def first_uri(playlist: str) -> str:
    return next(line for line in playlist.splitlines() if line and not line.startswith("#"))


class Overlay(Installation):
    """`kubectl apply --kustomize`, of an overlay that the admin has made of ours."""

    def __init__(self, folder: pathlib.Path):
        super().__init__("vlog")
        for name in ("k8s", "crds"):
            shutil.copytree(ROOT / name, folder / name)
        self.overlay = folder / "k8s" / "overlays" / "mine"
        shutil.copytree(folder / "k8s" / "overlays" / "cpu", self.overlay)
        self.definitions = folder / "crds"

    def write(self, image: str):
        """A copy of an overlay of ours, edited."""
        file = self.overlay / "kustomization.yaml"
        name, tag = image.rsplit(":", 1)
        small = [{"op": "replace", "path": "/spec/resources", "value": SMALL}]
        kustomization = yaml.safe_load((ROOT / "k8s" / "overlays" / "cpu" / "kustomization.yaml").read_text())
        kustomization["components"] += ["../../components/external-metrics", "../../components/autoscaling-queue/cpu"]
        kustomization["images"] = [{"name": "vlog", "newName": name, "newTag": tag}]
        kustomization["patches"] = [{"target": {"kind": "VLogWorker"}, "patch": yaml.safe_dump(small)}]
        file.write_text(yaml.safe_dump(kustomization))

    def install(self, image: str):
        self.kubectl("apply", "--filename", str(self.definitions))
        self.kubectl("wait", "--for=condition=Established", "--timeout=60s", "--filename", str(self.definitions))
        self.upgrade(image)
        self.kubectl("create", "secret", "generic", "vlog", "--from-literal=admin-api-secret=a-secret-of-the-tests",
                     "--from-literal=admin-password=a-password-of-the-tests")
        self.kubectl("create", "secret", "generic", "vlog-postgres", "--from-literal=password=one-of-the-tests")

    def upgrade(self, image: str):
        self.write(image)
        self.kubectl("apply", "--kustomize", str(self.overlay))

    def scale(self, least: int):
        """So many slots at least, and fewer at once."""
        patch = {"spec": {"minReplicas": least, "behavior": {"scaleDown": {"stabilizationWindowSeconds": 0}}}}
        self.kubectl("patch", "horizontalpodautoscaler", "vlog-cpu", "--type=merge", "--patch", json.dumps(patch))

    def uninstall(self):
        self.kubectl("delete", "--kustomize", str(self.overlay), "--ignore-not-found", "--timeout=240s")


class Release(Installation):
    """`helm install`, `helm upgrade`, `helm uninstall`, in a namespace that the admin has made."""
    name = "films"
    prefix = "films-vlog"
    secrets = "films-vlog"

    def __init__(self):
        super().__init__("cinema")
        self.helm = helm_python.Config(kubeconfig_path=CLUSTER, namespace=self.namespace)

    def values(self, image: str, **autoscaling) -> dict:
        repository, tag = image.rsplit(":", 1)
        pool = {"spec": {"accelerator": {"type": "CPU"}, "resources": SMALL},
                "autoscaling": {"enabled": True, "queue": 1, "maxReplicas": 10} | autoscaling}
        return {"image": {"repository": repository, "tag": tag}, "pools": {"cpu": pool},
                "externalMetrics": {"enabled": True}, "storage": {"accessModes": ["ReadWriteMany"]}, "server": {"replicas": 2}}

    def install(self, image: str):
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {
            "name": self.namespace, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}})
        self.helm.install(str(CHART), self.name, self.values(image), namespace=self.namespace)

    def upgrade(self, image: str):
        self.helm.upgrade(str(CHART), self.name, self.values(image), namespace=self.namespace)

    def scale(self, least: int):
        values = self.values(IMAGE, minReplicas=least, scaleDownSeconds=0)
        self.helm.upgrade(str(CHART), self.name, values, namespace=self.namespace)

    def uninstall(self):
        self.helm.uninstall(self.name, ignore_not_found=True)
