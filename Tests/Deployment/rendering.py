"""What the chart and the kustomizations make, as objects."""

import copy
import functools
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import helm_python
import yaml

ROOT = pathlib.Path(__file__).parents[2]
CHART = ROOT / "charts" / "vlog"
K8S = ROOT / "k8s"

SECRETS = {"secrets": {"adminApiSecret": "a-secret", "adminPassword": "a-password"}}
TRIAL = SECRETS | {"postgresql": {"password": "a-password"}}
NO_TRIAL = {"postgresql": {"enabled": False}}

# The same as the overlays have it, and what the kustomization EVERYTHING has besides.
POOLS = {
    "nvidia": {"replicas": 1, "accelerator": {"type": "NVIDIA", "runtimeClassName": "nvidia"},
               "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "4Gi"}},
               "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
               "scratch": {"sizeLimit": "50Gi"}},
    "intel": {"replicas": 1, "accelerator": {"type": "Intel"},
              "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "4Gi"}},
              "scratch": {"sizeLimit": "50Gi"}},
}
QUEUE = {"autoscaling": {"enabled": True, "queue": 1, "maxReplicas": 10}}
EVERYTHING_ON = TRIAL | {
    "server": {"replicas": 2},
    "storage": {"accessModes": ["ReadWriteMany"]},
    "externalMetrics": {"enabled": True},
    "monitoring": {"serviceMonitor": {"enabled": True}, "prometheusRule": {"enabled": True}, "dashboard": {"enabled": True}},
    "ingress": {"public": {"enabled": True, "className": "nginx", "tlsSecret": "vlog-public-tls"},
                "admin": {"enabled": True, "className": "nginx", "tlsSecret": "vlog-admin-tls"}},
    "cleanup": {"enabled": True},
    "pools": {"cpu": QUEUE} | {name: {"spec": spec} | QUEUE for name, spec in POOLS.items()},
}
PLACED = {"nodeSelector": {"disk": "fast"}, "tolerations": [{"key": "a", "operator": "Exists"}],
          "affinity": {"nodeAffinity": {}}}
# Values by what they are for.
SETTINGS = {
    "defaults": TRIAL,
    "everything on": EVERYTHING_ON,
    "everything off": TRIAL | {
        "crds": {"install": False}, "networkPolicies": {"enabled": False}, "backup": {"enabled": False},
        "rbac": {"aggregate": False}, "pools": {"cpu": {"enabled": False}},
    },
    "database's address": SECRETS | NO_TRIAL | {"database": {"url": "postgres://vlog:p@db:5432/vlog"}},
    "secrets of the admin's": NO_TRIAL | {"secrets": {"existing": "mine"}, "redis": {"existingSecret": "cache"}},
    "database in a secret of its own": SECRETS | NO_TRIAL | {"database": {"existingSecret": "db", "existingSecretKey": "url"}},
    "redis": TRIAL | {"redis": {"url": "redis://:p@redis:6379/0"}},
    "redis with TLS": TRIAL | {"redis": {"existingSecret": "cache"}, "server": {
        "settings": {"VLOG_REDIS_CA_FILE": "/redis-tls/ca.crt"},
        "extraVolumes": [{"name": "redis-tls", "secret": {"secretName": "redis-tls"}}],
        "extraVolumeMounts": [{"name": "redis-tls", "mountPath": "/redis-tls", "readOnly": True}],
    }},
    "three servers": TRIAL | {"server": {"replicas": 3}, "storage": {"accessModes": ["ReadWriteMany"]}},
    "own namespace": TRIAL | {"operator": {"namespaces": "own"}, "externalMetrics": {"enabled": True}},
    "runners apart": TRIAL | {"operator": {"namespaces": "own"}, "runners": {"namespace": "media"},
                              "pools": {"cpu": {"autoscaling": {"enabled": True, "cpu": 70}}}},
    "claims of the admin's": TRIAL | {"storage": {"existingClaim": "films"}, "backup": {"existingClaim": "dumps"}},
    "placed": {
        "secrets": TRIAL["secrets"], "imagePullSecrets": [{"name": "registry"}], "commonLabels": {"team": "video"},
        "server": PLACED | {"podLabels": {"a": "b"}, "podAnnotations": {"a": "b"}, "priorityClassName": "high",
                            "settings": {"VLOG_CODECS": "h264,hevc"}, "adminOrigins": ["https://a.example"],
                            "extraEnv": [{"name": "VLOG_ALERT_WEBHOOK_URL", "value": "https://a.example"}],
                            "serviceAccountAnnotations": {"a": "b"}},
        "operator": PLACED | {"podLabels": {"a": "b"}, "podAnnotations": {"a": "b"}},
        "postgresql": PLACED | {"password": "p", "podAnnotations": {"a": "b"}, "storageClass": "fast"},
        "backup": PLACED, "cleanup": {"enabled": True, "nodeSelector": {"disk": "fast"}},
        "services": {"public": {"type": "LoadBalancer", "annotations": {"a": "b"}}},
    },
    "narrow": TRIAL | {"networkPolicies": {
        "publicByIngressOnly": True, "dns": {"cidrs": ["169.254.20.10/32"]}, "apiServer": {"cidrs": ["10.0.0.1/32"]},
        "database": {"cidrs": ["10.0.0.2/32"]}, "redis": {"cidrs": ["fd00::1/128"]},
        "extraServerEgress": [{"ports": [{"port": 8443, "protocol": "TCP"}]}],
        "extraServerIngress": [{"ports": [{"port": "admin", "protocol": "TCP"}]}],
        "extraRunnerEgress": [{"to": [{"ipBlock": {"cidr": "10.1.0.0/16"}}]}],
    }},
    "only runners' CPUs": EVERYTHING_ON | {"pools": {"cpu": {"autoscaling": {"enabled": True, "queue": 0, "cpu": 70}}}},
}

# All components that go together; keda and autoscaling-cpu scale the same pools in another way.
EVERYTHING = ["cleanup", "several-servers", "ingress", "monitoring", "external-metrics", "postgres",
              *(f"autoscaling-queue/{pool}" for pool in ("cpu", "nvidia", "intel"))]
OTHERS = ["redis", "cleanup", "keda", "autoscaling-cpu/cpu", "postgres"]
OVERLAYS = ("cpu", "nvidia", "intel")
has_kustomize = shutil.which("kubectl") or shutil.which("kustomize")


def documents(text: str) -> list[dict]:
    return [document for document in yaml.load_all(text, Loader=yaml.CSafeLoader) if document]


@functools.cache
def rendered(values: str, name: str, namespace: str) -> dict[str, str]:
    with helm_python.Chart.load(CHART) as chart:
        return chart.render(json.loads(values), name=name, namespace=namespace)


def chart(values: dict, name: str = "vlog", namespace: str = "vlog") -> list[dict]:
    """The chart's objects. No cluster is asked: secrets must be given."""
    files = rendered(json.dumps(values), name, namespace)
    return [document for file, text in files.items() if not file.endswith(".txt") for document in documents(text)]


def notes(values: dict) -> str:
    return rendered(json.dumps(values), "vlog", "vlog")["vlog/templates/NOTES.txt"]


@functools.cache
def kustomized(folder: pathlib.Path) -> str:
    command = ["kubectl", "kustomize"] if shutil.which("kubectl") else ["kustomize", "build"]
    result = subprocess.run([*command, str(folder)], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, f"{folder}: {result.stderr}"
    # A warning says that something is out of date.
    assert result.stderr == ""
    return result.stdout


def overlay(name: str) -> list[dict]:
    return documents(kustomized(K8S / "overlays" / name))


@functools.cache
def with_components(components: tuple[str, ...], pools: tuple[str, ...] = OVERLAYS) -> str:
    """The base and pools with certain components, as an admin's own overlay would have them."""
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        shutil.copytree(K8S, tree / "k8s", symlinks=True)
        shutil.copytree(ROOT / "crds", tree / "crds")
        mine = tree / "k8s" / "overlays" / "mine"
        mine.mkdir()
        for pool in pools:
            shutil.copy(K8S / "overlays" / pool / f"worker-{pool}.yaml", mine)
        shutil.copy(K8S / "overlays" / "cpu" / "images.yaml", mine)
        kustomization = {
            "resources": ["../../base", *(f"worker-{pool}.yaml" for pool in pools)],
            "components": [f"../../components/{component}" for component in components],
            "images": [{"name": name, "newTag": "0.1.0"} for name in ("vlog", "vlog-gpu")],
            "configurations": ["images.yaml"],
        }
        (mine / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
        return kustomized.__wrapped__(mine)


def every_source() -> dict[str, list[dict]]:
    """All that may be installed, by what it comes from."""
    sources = {f"chart: {name}": chart(values) for name, values in SETTINGS.items()}
    sources["chart: another name"] = chart(TRIAL, "films", "media")
    sources["k8s/operator.yaml"] = documents((K8S / "operator.yaml").read_text())
    sources["k8s/server-access.yaml"] = documents((K8S / "server-access.yaml").read_text())
    if has_kustomize:
        sources |= {f"overlay: {name}": overlay(name) for name in OVERLAYS}
        sources["base"] = documents(kustomized(K8S / "base"))
        sources["all components"] = documents(with_components(tuple(EVERYTHING)))
        sources["other components"] = documents(with_components(tuple(OTHERS), ("cpu",)))
    return sources


def identity(document: dict) -> str:
    return f"{document['kind']}/{document['metadata']['name']}"


def pod_templates(objects: list[dict]):
    """Who makes pods, and what it makes them from."""
    for document in objects:
        if document["kind"] == "Pod":
            yield document, document
        elif document["kind"] in ("Deployment", "StatefulSet", "Job"):
            yield document, document["spec"]["template"]
        elif document["kind"] == "CronJob":
            yield document, document["spec"]["jobTemplate"]["spec"]["template"]


def containers(template: dict) -> list[dict]:
    return template["spec"].get("initContainers", []) + template["spec"]["containers"]


MARKS = re.compile(r"^(helm\.sh/.*|meta\.helm\.sh/.*|checksum/.*|app\.kubernetes\.io/(instance|version|managed-by|part-of))$")


def plain(document: dict) -> dict:
    """Without the marks that each way of installing leaves, and without what is the default anyway."""
    def clean(value):
        if isinstance(value, dict):
            kept = {key: clean(item) for key, item in value.items() if not MARKS.match(key)}
            return {key: item for key, item in kept.items()
                    if not (item == {} and key in ("labels", "annotations", "matchLabels", "metadata"))}
        if isinstance(value, list):
            return [clean(item) for item in value]
        return re.sub(r"\b(vlog-config)-[a-z0-9]{10}$", r"\1", value) if isinstance(value, str) else value

    document = clean(copy.deepcopy(document))
    if document["kind"] == "CustomResourceDefinition":
        document["metadata"].pop("labels", None)
    if document["kind"] == "Service" and document["spec"].get("type") == "ClusterIP":
        del document["spec"]["type"]
    return document
