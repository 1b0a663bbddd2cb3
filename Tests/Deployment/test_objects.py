"""Every object that may be installed is one that Kubernetes takes, the oldest and the newest."""

import json

import jsonschema
import kubernetes_validate
import pytest
import yaml

from rendering import ROOT, every_source, identity

OLDEST, NEWEST = "1.31", kubernetes_validate.latest_version()


def strict(schema: dict) -> dict:
    """A definition's schema as the API server holds it against objects when it is told to be strict."""
    schema = {key: value for key, value in schema.items() if not key.startswith("x-")} | (
        {"x-kubernetes-preserve-unknown-fields": True} if schema.get("x-kubernetes-preserve-unknown-fields") else {})
    if "properties" in schema:
        schema["properties"] = {key: strict(part) for key, part in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            schema.setdefault("additionalProperties", False)
    if isinstance(schema.get("additionalProperties"), dict):
        schema["additionalProperties"] = strict(schema["additionalProperties"])
    if "items" in schema:
        schema["items"] = strict(schema["items"])
    return schema


def own_schemas() -> dict[str, dict]:
    found = {}
    for path in (ROOT / "crds").glob("*.yaml"):
        definition = yaml.safe_load(path.read_text())["spec"]
        schema = strict(definition["versions"][0]["schema"]["openAPIV3Schema"])
        schema["properties"]["metadata"] = {"type": "object"}
        found[definition["names"]["kind"]] = schema
    return found


OWN = own_schemas()
TEXT = {"type": "string"}


def closed(required: list[str], **properties) -> dict:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def foreign(spec: dict) -> dict:
    return closed(["spec"], apiVersion=TEXT, kind=TEXT, metadata={"type": "object"}, spec=spec)


# What is used of other people's kinds.
FOREIGN = {
    "monitoring.coreos.com/v1 ServiceMonitor": foreign(closed(
        ["selector", "endpoints"],
        selector=closed(["matchLabels"], matchLabels={"type": "object"}),
        endpoints={"type": "array", "items": closed(["port"], port=TEXT, path=TEXT, interval=TEXT, honorLabels={"type": "boolean"})})),
    "monitoring.coreos.com/v1 PrometheusRule": foreign(closed(
        ["groups"],
        groups={"type": "array", "items": closed(["name", "rules"], name=TEXT, rules={"type": "array", "items": closed(
            ["alert", "expr"], alert=TEXT, expr=TEXT, labels={"type": "object"}, annotations={"type": "object"},
            **{"for": TEXT})})})),
    "keda.sh/v1alpha1 ScaledObject": foreign(closed(
        ["scaleTargetRef", "triggers"],
        scaleTargetRef=closed(["name"], apiVersion=TEXT, kind=TEXT, name=TEXT),
        minReplicaCount={"type": "integer"}, maxReplicaCount={"type": "integer"}, pollingInterval={"type": "integer"},
        cooldownPeriod={"type": "integer"},
        triggers={"type": "array", "items": closed(["type", "metadata"], type=TEXT, metricType={"enum": ["AverageValue", "Value"]},
                                                   metadata={"type": "object", "additionalProperties": TEXT})})),
}
checked: set[str] = set()


def check(document: dict):
    """Throws when no Kubernetes would take it. Most objects come from several sources: each is looked at once."""
    text = json.dumps(document, sort_keys=True)
    if text in checked:
        return
    group = document["apiVersion"]
    if group == "vlog.dev/v1alpha1":
        jsonschema.Draft202012Validator(OWN[document["kind"]]).validate(document)
    elif "." in group.split("/")[0] and not group.split("/")[0].endswith(".k8s.io"):
        jsonschema.Draft202012Validator(FOREIGN[f"{group} {document['kind']}"]).validate(document)
    else:
        for version in (OLDEST, NEWEST):
            kubernetes_validate.validate(document, version, strict=True)
    checked.add(text)


def test_every_object_is_valid(objects):
    assert objects
    for document in objects:
        try:
            check(document)
        except (jsonschema.ValidationError, kubernetes_validate.SchemaNotFoundError, KeyError) as error:
            pytest.fail(f"{identity(document)}: {getattr(error, 'message', error)}")


@pytest.mark.parametrize("document", [
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "datum": {}},
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": {"replicas": "1"}},
    {"apiVersion": "apps/v1", "kind": "Deploiment", "metadata": {"name": "a"}},
    {"apiVersion": "vlog.dev/v1alpha1", "kind": "VLogWorker", "metadata": {"name": "a"}, "spec": {}},
    {"apiVersion": "vlog.dev/v1alpha1", "kind": "VLogWorker", "metadata": {"name": "a"}, "spec": {"image": "a", "imge": "b"}},
    {"apiVersion": "vlog.dev/v1alpha1", "kind": "VLogRunner", "metadata": {"name": "a"}},
    {"apiVersion": "monitoring.coreos.com/v1", "kind": "PodMonitor", "metadata": {"name": "a"}},
    {"apiVersion": "monitoring.coreos.com/v1", "kind": "ServiceMonitor", "metadata": {"name": "a"}, "spec": {"selector": {}}},
])
def test_what_nobody_would_take_is_found(document):
    with pytest.raises((jsonschema.ValidationError, kubernetes_validate.SchemaNotFoundError, KeyError)):
        check(document)


def test_the_kinds_are_those_that_are_known():
    kinds = {document["kind"] for objects in every_source().values() for document in objects}
    assert kinds <= {
        "APIService", "ClusterRole", "ClusterRoleBinding", "ConfigMap", "CronJob", "CustomResourceDefinition", "Deployment",
        "HorizontalPodAutoscaler", "Ingress", "Job", "Namespace", "NetworkPolicy", "PersistentVolumeClaim", "Pod",
        "PodDisruptionBudget", "PrometheusRule", "Role", "RoleBinding", "ScaledObject", "Secret", "Service", "ServiceAccount",
        "ServiceMonitor", "StatefulSet", "VLogWorker",
    }
