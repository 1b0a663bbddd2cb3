"""The chart: Helm takes it, whatever is set, and says what is wrong with values in words that help."""

import json
import re

import helm_python
import pytest
import yaml

from rendering import CHART, K8S, NO_TRIAL, POOLS, ROOT, SECRETS, SETTINGS, TRIAL, chart, documents, identity, notes


@pytest.mark.parametrize("values", SETTINGS.values(), ids=SETTINGS)
def test_lint_finds_nothing(values):
    report = helm_python.lint(CHART, values, strict=True)
    assert report["errors"] == []
    assert [message["error"] for message in report["messages"]] == ["icon is recommended"]


@pytest.mark.parametrize("values", SETTINGS.values(), ids=SETTINGS)
def test_no_object_is_made_twice(values):
    names = [(document["apiVersion"], document["metadata"].get("namespace"), identity(document)) for document in chart(values)]
    assert len(names) == len(set(names)) > 20


def test_a_package_holds_what_the_links_point_to(tmp_path):
    archive = helm_python.package(CHART, destination=tmp_path)
    with helm_python.Chart.load(archive) as packaged:
        files = {file["name"]: file["data"] for file in packaged.files}
        assert packaged.render(TRIAL, name="vlog", namespace="vlog").keys() > {"vlog/templates/crds.yaml"}
    assert files["files/vlog.dev_vlogworkers.yaml"] == (ROOT / "crds" / "vlog.dev_vlogworkers.yaml").read_text()
    assert files["files/grafana-dashboard.json"] == (K8S / "components" / "monitoring" / "grafana-dashboard.json").read_text()


def test_the_chart_has_the_products_version():
    version = re.search(r'"(.*)"', (ROOT / "Sources" / "VLogCore" / "ProductVersion.swift").read_text()).group(1)
    information = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert information["appVersion"] == version
    for overlay in (K8S / "overlays").glob("*/kustomization.yaml"):
        assert {image["newTag"] for image in yaml.safe_load(overlay.read_text())["images"]} == {version}


def test_the_definitions_are_those_of_the_repository():
    made = {identity(document): document for document in chart(TRIAL) if document["kind"] == "CustomResourceDefinition"}
    files = [yaml.safe_load(path.read_text()) for path in (ROOT / "crds").glob("*.yaml")]
    assert {name: document["spec"] for name, document in made.items()} == {identity(file): file["spec"] for file in files}
    # What they define would go with them.
    assert all(document["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"} for document in made.values())


KEPT = {"PersistentVolumeClaim", "CustomResourceDefinition", "Secret"}


@pytest.mark.parametrize("values", SETTINGS.values(), ids=SETTINGS)
def test_uninstall_keeps_what_cannot_be_made_again_and_says_so(values):
    kept = [document for document in chart(values)
            if document["metadata"].get("annotations", {}).get("helm.sh/resource-policy") == "keep"]
    # An empty Secret holds nothing that would be missed.
    assert {identity(document) for document in chart(values) if document["kind"] in KEPT and ("data" in document or "spec" in document)} == {
        identity(document) for document in kept}
    for document in kept:
        name = document["metadata"]["name"]
        line = f" {name}\\b" if document["kind"] == "CustomResourceDefinition" else f"^  {document['kind'].lower()} {name}( |$)"
        assert re.search(line, notes(values), re.MULTILINE), identity(document)


def test_pools_are_no_hook_once_their_definition_is_there():
    def pool(values: dict) -> dict:
        return next(document for document in chart(values) if document["kind"] == "VLogWorker")
    # Nobody can be asked here: the definition counts as missing when the chart brings it.
    assert pool(TRIAL)["metadata"]["annotations"]["helm.sh/hook"] == "post-install,post-upgrade"
    assert "helm.sh/hook" not in pool(TRIAL | {"crds": {"install": False}})["metadata"]["annotations"]


def test_a_pool_that_is_scaled_by_others_has_no_replicas_and_the_right_image():
    pools = {name: {"spec": spec, "autoscaling": {"enabled": name == "intel"}} for name, spec in POOLS.items()}
    pools = {name: pool | {"autoscaling": pool["autoscaling"] | {"queue": 1}} for name, pool in pools.items()}
    made = {document["metadata"]["name"]: document["spec"] for document in chart(TRIAL | {"pools": pools})
            if document["kind"] == "VLogWorker"}
    assert {name: (spec.get("replicas"), spec["image"]) for name, spec in made.items()} == {
        "cpu": (2, "vlog:0.1.0"), "nvidia": (1, "vlog-gpu:0.1.0"), "intel": (None, "vlog-gpu:0.1.0")}


def test_new_configuration_rolls_the_servers():
    def sums(values: dict) -> dict:
        return next(document["spec"]["template"]["metadata"]["annotations"] for document in chart(values)
                    if identity(document) == "Deployment/vlog-server")
    now = sums(TRIAL)
    other = sums(TRIAL | {"server": {"settings": {"VLOG_CODECS": "av1"}}})
    assert now["checksum/config"] != other["checksum/config"] and now["checksum/secrets"] == other["checksum/secrets"]
    assert sums(TRIAL | {"redis": {"url": "redis://a"}})["checksum/secrets"] != now["checksum/secrets"]


def test_files_of_the_admins_are_mounted_where_a_setting_names_them():
    server = next(document for document in chart(SETTINGS["redis with TLS"]) if identity(document) == "Deployment/vlog-server")
    pod = server["spec"]["template"]["spec"]
    assert {"name": "redis-tls", "mountPath": "/redis-tls", "readOnly": True} in pod["containers"][0]["volumeMounts"]
    assert {"name": "redis-tls", "secret": {"secretName": "redis-tls"}} in pod["volumes"]


def test_the_admin_sites_origin_comes_from_its_ingress():
    def configuration(**admin) -> dict:
        return next(document["data"] for document in chart(TRIAL | {"ingress": {"admin": admin}})
                    if identity(document) == "ConfigMap/vlog-config")
    secure = configuration(enabled=True, host="a.example", tlsSecret="tls")
    assert (secure["VLOG_ADMIN_ORIGINS"], secure["VLOG_SECURE_COOKIES"]) == ("https://a.example", "true")
    plain = configuration(enabled=True, host="a.example")
    assert (plain["VLOG_ADMIN_ORIGINS"], plain["VLOG_SECURE_COOKIES"]) == ("http://a.example", "false")
    assert "VLOG_ADMIN_ORIGINS" not in configuration(enabled=False)


@pytest.mark.parametrize("values, sentence", [
    # Each rendering would make a new password, as there is no cluster that could be asked for the old one.
    ({}, "there is no cluster here"),
    (SECRETS, "postgresql.password is not set, and there is no cluster here"),
    ({"secrets": {"generate": False}}, "secrets.generate is false"),
    (SECRETS | NO_TRIAL, "There is no database"),
    (TRIAL | {"database": {"url": "postgres://a"}}, "set postgresql.enabled to false"),
    (SECRETS | NO_TRIAL | {"database": {"url": "postgres://a", "existingSecret": "b"}}, "not both"),
    (TRIAL | {"redis": {"url": "redis://a", "existingSecret": "b"}}, "not both"),
    (NO_TRIAL | {"secrets": {"existing": "vlog"}, "redis": {"url": "redis://a"}}, "name it otherwise"),
    (TRIAL | {"server": {"replicas": 2}}, "ReadWriteMany"),
    (TRIAL | {"pools": {"cpu": {"autoscaling": {"enabled": True, "queue": 0}}}}, "nothing to go by"),
])
def test_what_makes_no_sense_is_refused_with_a_sentence(values, sentence):
    with pytest.raises(helm_python.HelmRenderError, match=re.escape(sentence)):
        chart(values)


def test_another_name_is_on_every_object():
    others = {identity(document) for document in chart(SETTINGS["everything on"], "films", "media")
              if not document["metadata"]["name"].startswith("films-vlog")}
    # The operator looks for some by their name, definitions and pools have theirs.
    assert others == {"CustomResourceDefinition/transcodejobs.vlog.dev", "CustomResourceDefinition/vlogworkers.vlog.dev",
                      "APIService/v1beta1.external.metrics.k8s.io", "Service/vlog-external-metrics", "Secret/vlog-operator-serving",
                      "VLogWorker/cpu", "VLogWorker/nvidia", "VLogWorker/intel"}


def test_the_dashboard_and_the_rules_come_through_whole():
    made = {identity(document): document for document in chart(SETTINGS["everything on"])}
    monitoring = K8S / "components" / "monitoring"
    assert json.loads(made["ConfigMap/vlog-dashboard"]["data"]["vlog.json"]) == json.loads((monitoring / "grafana-dashboard.json").read_text())
    [rules] = documents((monitoring / "prometheus-rules.yaml").read_text())
    assert made["PrometheusRule/vlog"]["spec"] == rules["spec"]


def test_a_pool_may_have_no_slot_to_begin_with():
    values = TRIAL | {"pools": {"cpu": {"autoscaling": {"enabled": True, "minReplicas": 0, "scaleDownSeconds": 0}}}}
    made = {identity(document): document for document in chart(values)}
    spec = made["HorizontalPodAutoscaler/vlog-cpu"]["spec"]
    assert spec["minReplicas"] == 0
    assert spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 0
    assert "replicas" not in made["VLogWorker/cpu"]["spec"]
