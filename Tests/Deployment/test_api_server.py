"""A real API server takes everything: its validation, admission and rights are the real ones."""

import copy
import json
import re

import helm_python
import pytest

import api_server
from rendering import CHART, EVERYTHING, K8S, OTHERS, ROOT, SETTINGS, TRIAL, chart, documents, identity, overlay, pod_templates, with_components

pytestmark = pytest.mark.skipif(api_server.why_not() is not None, reason=str(api_server.why_not()))


def foreign_definition(group: str, version: str, kind: str) -> dict:
    """Of other people's kinds: anything goes."""
    plural = kind.lower() + "s"
    anything = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": f"{plural}.{group}"},
            "spec": {"group": group, "scope": "Namespaced", "names": {"kind": kind, "plural": plural},
                     "versions": [{"name": version, "served": True, "storage": True, "schema": anything}]}}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    server = api_server.APIServer(tmp_path_factory.mktemp("cluster"))
    try:
        server.start()
        server.apply([foreign_definition("monitoring.coreos.com", "v1", "ServiceMonitor"),
                      foreign_definition("monitoring.coreos.com", "v1", "PrometheusRule"),
                      foreign_definition("keda.sh", "v1alpha1", "ScaledObject")])
        yield server
    finally:
        server.stop()


class Helm:
    """Each command finds out anew what the cluster serves, as the program `helm` does."""

    def __init__(self, cluster):
        self.options = {"kube_apiserver": cluster.url, "kube_token": cluster.token, "kube_ca_file": cluster.authority}

    def __getattr__(self, action: str):
        def run(*arguments, **options):
            with helm_python.Config(**self.options, namespace="release") as config:
                return getattr(config, action)(*arguments, **options)
        return run


@pytest.fixture(scope="module")
def helm(cluster):
    return Helm(cluster)


class TestHelm:
    """Before the definitions are there: they come with the chart."""

    DEFAULTS: dict = {}
    MORE = {"server": {"settings": {"VLOG_CODECS": "h264,hevc"}}, "cleanup": {"enabled": True}}

    @staticmethod
    def state(cluster) -> dict:
        """What must outlive an upgrade: secrets, claims, and the pool, in which jobs run."""
        found = {name: cluster.get("--namespace", "release", "secret", name)["data"] for name in ("vlog", "vlog-postgres")}
        for name in ("persistentvolumeclaim/vlog-storage", "persistentvolumeclaim/vlog-backups", "vlogworker/cpu"):
            found[name] = cluster.get("--namespace", "release", name)["metadata"]["uid"]
        return found

    def test_a_release_lives(self, cluster, helm):
        helm.install(CHART, "vlog", self.DEFAULTS, create_namespace=True)
        first = self.state(cluster)
        assert len(first["vlog"]["admin-password"]) == len(first["vlog-postgres"]["password"]) == 44
        for revision, values in enumerate((self.MORE, self.DEFAULTS), 2):
            release = helm.upgrade(CHART, "vlog", values)
            assert release["status"] == "deployed" and release["revision"] == revision
            assert self.state(cluster) == first
        # A hook made the pool. It belongs to the release since the first upgrade.
        pool = cluster.get("--namespace", "release", "vlogworker/cpu")
        assert "helm.sh/hook" not in pool["metadata"]["annotations"]
        helm.upgrade(CHART, "vlog", {"pools": {"cpu": {"spec": {"replicas": 5}}}})
        assert cluster.get("--namespace", "release", "vlogworker/cpu")["spec"]["replicas"] == 5

    def test_the_server_gets_given_values_and_keeps_the_others(self, cluster, helm):
        before = self.state(cluster)
        helm.upgrade(CHART, "vlog", {"secrets": {"adminApiSecret": "chosen"}})
        after = self.state(cluster)
        assert after["vlog"]["admin-api-secret"] == "Y2hvc2Vu" and after["vlog"]["admin-password"] == before["vlog"]["admin-password"]

    def test_uninstall_keeps_what_it_says_and_a_new_installation_takes_it_over(self, cluster, helm):
        before = self.state(cluster)
        helm.uninstall("vlog")
        left = cluster.get("--namespace", "release", "all,secret,configmap,persistentvolumeclaim,serviceaccount,role,rolebinding,"
                           "networkpolicy,poddisruptionbudget,vlogworker,transcodejob")["items"]
        assert {identity(item) for item in left if item["metadata"]["name"] != "kube-root-ca.crt"} == {
            "Secret/vlog", "Secret/vlog-postgres", "PersistentVolumeClaim/vlog-storage", "PersistentVolumeClaim/vlog-backups"}
        clusterwide = cluster.get("clusterrole,clusterrolebinding", "--selector", "app.kubernetes.io/name=vlog")["items"]
        assert clusterwide == []
        definitions = {item["metadata"]["name"] for item in cluster.get("crd")["items"]}
        assert {"transcodejobs.vlog.dev", "vlogworkers.vlog.dev"} <= definitions
        helm.install(CHART, "vlog", self.DEFAULTS)
        after = self.state(cluster)
        assert after.pop("vlogworker/cpu") != before.pop("vlogworker/cpu") and after == before
        helm.uninstall("vlog")

    def test_an_upgrade_leaves_the_operators_certificate_alone(self, cluster, helm):
        values = {"externalMetrics": {"enabled": True}}
        helm.install(CHART, "vlog", values)
        # As the operator does.
        cluster.kubectl("--namespace", "release", "patch", "secret", "vlog-operator-serving", "--type=merge", "--patch", '{"data": {"tls.key": "YQ=="}}')
        cluster.kubectl("patch", "apiservice", "v1beta1.external.metrics.k8s.io", "--type=merge", "--patch", '{"spec": {"caBundle": "YQ=="}}')
        helm.upgrade(CHART, "vlog", values | self.MORE)
        assert cluster.get("--namespace", "release", "secret", "vlog-operator-serving")["data"] == {"tls.key": "YQ=="}
        assert cluster.get("apiservice", "v1beta1.external.metrics.k8s.io")["spec"]["caBundle"] == "YQ=="
        helm.uninstall("vlog")
        # Discovery would fail for everybody otherwise, and no namespace would go.
        assert cluster.kubectl("get", "apiservice", "v1beta1.external.metrics.k8s.io", check=False).returncode != 0

    def test_a_lost_password_is_not_replaced_behind_the_databases_back(self, cluster, helm):
        claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data-vlog-postgres-0", "namespace": "release"},
                 "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
        cluster.apply([claim])
        cluster.kubectl("--namespace", "release", "delete", "secret", "vlog-postgres")
        with pytest.raises(helm_python.HelmError, match="data-vlog-postgres-0 of an earlier installation"):
            helm.install(CHART, "vlog", self.DEFAULTS)

    def test_a_dry_run_on_the_server_needs_no_secrets(self, helm):
        release = helm.install(CHART, "other", {"crds": {"install": False}}, dry_run="server")
        assert "other-vlog-server" in release["manifest"]


def sources():
    yield from ((f"chart: {name}", lambda values=values: chart(values)) for name, values in SETTINGS.items())
    yield from ((f"overlay: {name}", lambda name=name: overlay(name)) for name in ("cpu", "nvidia", "intel"))
    yield "all components", lambda: documents(with_components(tuple(EVERYTHING)))
    yield "other components", lambda: documents(with_components(tuple(OTHERS), ("cpu",)))


def put(cluster, objects: list[dict]):
    """Tries first, then does: the definitions before what they define, and not the APIService, as nobody answers behind it."""
    definitions = [document for document in objects if document["kind"] == "CustomResourceDefinition"]
    others = [document for document in objects if document["kind"] not in ("CustomResourceDefinition", "APIService", "Namespace")]
    services = [document for document in objects if document["kind"] == "APIService"]
    if definitions:
        cluster.apply(definitions)
        cluster.kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd/transcodejobs.vlog.dev", "crd/vlogworkers.vlog.dev")
    if services:
        cluster.apply(services, "--dry-run=server")
    tried = cluster.apply(others, "--dry-run=server")
    assert tried.count("(server dry run)") == len(others)
    cluster.apply(others)


def remove(cluster, objects: list[dict]):
    """The next has the same names with other contents that cannot be changed."""
    removable = [document for document in objects if document["kind"] not in ("CustomResourceDefinition", "Namespace", "APIService")]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": removable})
    cluster.kubectl("delete", "--ignore-not-found", "--wait=false", "--force", "--grace-period=0", "--filename", "-", given=text)
    for document in removable:
        # Nobody is there who would.
        if document["kind"] == "PersistentVolumeClaim":
            cluster.kubectl("--namespace", "vlog", "patch", "persistentvolumeclaim", document["metadata"]["name"], "--type=merge",
                            "--patch", '{"metadata": {"finalizers": null}}', check=False)


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in sources()])
def test_it_takes_everything(cluster, make):
    """Each in namespaces of its own that insist on the restricted standard, where not even a warning is given."""
    namespaces = [{"apiVersion": "v1", "kind": "Namespace",
                   "metadata": {"name": name, "labels": {"pod-security.kubernetes.io/enforce": "restricted",
                                                         "pod-security.kubernetes.io/warn": "restricted"}}}
                  for name in ("vlog", "media")]
    cluster.apply(namespaces)
    objects = make()
    put(cluster, objects)
    # Controllers would make these pods; the standard is held against them here.
    pods = []
    for owner, template in pod_templates(objects):
        pod = {"apiVersion": "v1", "kind": "Pod",
               "metadata": {"name": owner["metadata"]["name"], "namespace": "vlog", "labels": template["metadata"]["labels"]},
               "spec": copy.deepcopy(template["spec"])}
        pod["spec"].setdefault("restartPolicy", "Always")
        for claim in owner["spec"].get("volumeClaimTemplates", []):
            pod["spec"]["volumes"].append({"name": claim["metadata"]["name"], "persistentVolumeClaim": {"claimName": "a"}})
        # No PriorityClass is here.
        pod["spec"].pop("priorityClassName", None)
        pods.append(pod)
    if pods:
        cluster.apply(pods, "--dry-run=server")
    remove(cluster, objects)


@pytest.mark.parametrize("name", ["cpu", "nvidia", "intel"])
def test_the_commands_that_an_overlay_names(cluster, name):
    lines = [line[4:] for line in (K8S / "overlays" / name / "kustomization.yaml").read_text().splitlines() if line.startswith("#   kubectl")]
    assert len(lines) == 4
    definitions, wait = lines[0].split(" && ")
    for line in (definitions, wait, lines[1]):
        cluster.kubectl(*line.split()[1:], folder=ROOT)
    cluster.kubectl("--namespace", "vlog", "delete", "secret", "--all")
    for line in lines[2:]:
        # The shell would fill the password in.
        cluster.kubectl(*re.sub(r"\$\(.*?\)", "x", line).split()[1:])
    remove(cluster, overlay(name))


class TestRights:
    """As the API server itself answers."""

    @pytest.fixture(scope="class", autouse=True)
    def installed(self, cluster):
        cluster.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "vlog"}}])
        put(cluster, documents(with_components(tuple(EVERYTHING))))

    @pytest.mark.parametrize("who, may, verb, what, namespace", [
        ("operator", True, "create", "jobs", "media"),
        ("operator", True, "list", "pods", "media"),
        ("operator", True, "update", "vlogworkers --subresource=status", "media"),
        ("operator", True, "get", "secrets/vlog-operator-serving", "vlog"),
        ("operator", True, "get", "leases/vlog-operator", "vlog"),
        ("operator", True, "patch", "apiservices/v1beta1.external.metrics.k8s.io", None),
        ("operator", True, "get", "configmaps/extension-apiserver-authentication", "kube-system"),
        ("operator", False, "get", "secrets/vlog", "vlog"),
        ("operator", False, "list", "secrets", "vlog"),
        ("operator", False, "create", "secrets", "vlog"),
        ("operator", False, "get", "secrets/vlog-operator-serving", "media"),
        ("operator", False, "create", "pods", "media"),
        ("operator", False, "create", "pods --subresource=exec", "media"),
        ("operator", False, "update", "vlogworkers", "media"),
        ("operator", False, "delete", "deployments", "media"),
        ("operator", False, "get", "leases/other", "vlog"),
        ("operator", False, "patch", "apiservices/v1.apps", None),
        ("operator", False, "list", "nodes", None),
        ("server", True, "create", "transcodejobs", "vlog"),
        ("server", True, "get", "pods", "vlog"),
        ("server", True, "create", "tokenreviews", None),
        ("server", False, "create", "transcodejobs", "media"),
        ("server", False, "list", "pods", "vlog"),
        ("server", False, "get", "secrets/vlog", "vlog"),
        ("server", False, "create", "jobs", "vlog"),
        ("server", False, "get", "vlogworkers", "vlog"),
        ("default", False, "get", "pods", "vlog"),
        ("default", False, "get", "transcodejobs", "vlog"),
    ])
    def test_who_may_do_what(self, cluster, who, may, verb, what, namespace):
        account = who if who == "default" else f"vlog-{who}"
        where = ["--namespace", namespace] if namespace else ["--all-namespaces"]
        result = cluster.kubectl("auth", "can-i", verb, *what.split(), *where, "--as", f"system:serviceaccount:vlog:{account}", check=False)
        assert result.stdout.strip() == ("yes" if may else "no"), result.stderr

    def test_kubernetes_itself_lets_the_autoscaler_read_the_metric(self, cluster):
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
                  "spec": {"user": "system:serviceaccount:kube-system:horizontal-pod-autoscaler",
                           "resourceAttributes": {"group": "external.metrics.k8s.io", "resource": "vlog_operator_demand",
                                                  "verb": "list", "namespace": "media"}}}
        answer = cluster.kubectl("create", "--filename", "-", "--output", "json", given=json.dumps(review)).stdout
        assert json.loads(answer)["status"]["allowed"]

    def test_editors_and_viewers_of_a_namespace(self, cluster):
        roles = {item["metadata"]["name"]: item for item in cluster.get("clusterrole", "vlog-edit", "vlog-view")["items"]}
        assert roles["vlog-edit"]["metadata"]["labels"]["rbac.authorization.k8s.io/aggregate-to-edit"] == "true"
        assert roles["vlog-view"]["metadata"]["labels"]["rbac.authorization.k8s.io/aggregate-to-view"] == "true"
