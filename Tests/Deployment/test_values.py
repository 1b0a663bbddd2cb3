"""values.yaml and values.schema.json: both know the same values, each is explained, and a typing mistake is found."""

import copy
import json

import helm_python
import pytest
import yaml

from rendering import CHART, ROOT, TRIAL

SCHEMA = json.loads((CHART / "values.schema.json").read_text())
TEXT = (CHART / "values.yaml").read_text()
VALUES = yaml.safe_load(TEXT)
# Their keys are the admin's own, or Kubernetes'.
FREE = {"strings", "resources"}


def resolve(schema: dict) -> dict:
    return SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def is_free(schema: dict) -> bool:
    return schema.get("$ref", "").rsplit("/", 1)[-1] in FREE or "properties" not in resolve(schema)


def paths_of_schema(schema: dict, path: tuple = ()) -> set[tuple]:
    found = set()
    for key, part in schema["properties"].items():
        found |= {(*path, key)} if is_free(part) else paths_of_schema(resolve(part), (*path, key))
    return found


def paths_of_values(values: dict, schema: dict, path: tuple = ()) -> set[tuple]:
    found = set()
    for key, value in values.items():
        part = schema["properties"].get(key, {})
        inner = isinstance(value, dict) and part and not is_free(part)
        found |= paths_of_values(value, resolve(part), (*path, key)) if inner else {(*path, key)}
    return found


def test_both_know_the_same_values():
    assert paths_of_values(VALUES, SCHEMA) == paths_of_schema(SCHEMA)


def test_a_pool_takes_what_a_vlogworker_takes():
    definition = yaml.safe_load((ROOT / "crds" / "vlog.dev_vlogworkers.yaml").read_text())
    spec = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    pool = SCHEMA["$defs"]["pool"]["properties"]
    assert pool["spec"]["properties"].keys() == spec["properties"].keys()
    example = VALUES["pools"]["cpu"]
    assert example.keys() == pool.keys() and example["autoscaling"].keys() == pool["autoscaling"]["properties"].keys()


def test_no_object_takes_keys_that_nobody_knows():
    def check(schema, path):
        if isinstance(schema, dict):
            if "properties" in schema and schema.get("type") == "object":
                assert schema.get("additionalProperties") is False, path
            for key, part in schema.items():
                check(part, f"{path}/{key}")
        elif isinstance(schema, list):
            for part in schema:
                check(part, path)
    check(SCHEMA, "")


# Said once, where it is met first; the names say the rest.
PLAIN = {"nodeSelector", "tolerations", "affinity", "resources", "podAnnotations", "podLabels", "priorityClassName", "annotations",
         "enabled", "repository", "size", "storageClass", "schedule", "port", "labels", "host", "className", "tlsSecret", "type",
         "existingClaim", "replicas", "serviceAccountAnnotations", "minReplicas", "maxReplicas", "spec"}


def test_every_value_is_explained():
    lines = TEXT.splitlines()
    explained = set()
    for number, line in enumerate(lines):
        name, colon, _ = line.strip().partition(":")
        above = lines[number - 1].strip() if number else ""
        if colon and not name.startswith("#") and above.startswith("#"):
            explained.add((len(line) - len(line.lstrip()), name))
    silent = []
    for path in sorted(paths_of_schema(SCHEMA)):
        own = (2 * (len(path) - 1), path[-1]) in explained
        # Or by the group that it is in.
        if not (own or path[-1] in PLAIN or any((2 * depth, part) in explained for depth, part in enumerate(path))):
            silent.append(".".join(path))
    assert silent == []


def mistyped():
    for path in sorted(paths_of_schema(SCHEMA)):
        values = wrong = {}
        for part in path[:-1]:
            wrong[part] = wrong = {}
        wrong[path[-1] + "s"] = "x"
        yield pytest.param(values, path[-1] + "s", id=".".join(path))


@pytest.fixture(scope="module")
def chart():
    with helm_python.Chart.load(CHART) as chart:
        yield chart


@pytest.mark.parametrize("values, key", mistyped())
def test_a_typing_mistake_is_named(chart, values, key):
    with pytest.raises(helm_python.HelmValuesError, match=f"'{key}' not allowed"):
        chart.validate_schema(values)


@pytest.mark.parametrize("path, value", [
    ("server.replicas", "two"), ("server.replicas", -1), ("server.settings", {"VLOG_MAX_UPLOAD_BYTES": 5}),
    ("server.settings", {"CODECS": "h264"}), ("storage.size", "much"), ("storage.accessModes", ["ReadOnly"]),
    ("database.url", "mysql://a"), ("redis.url", "http://a"), ("operator.namespaces", "some"), ("backup.keep", 0),
    ("backup.schedule", "daily"), ("networkPolicies.apiServer.cidrs", ["10.0.0.1"]), ("pools", {"Not a name": {}}),
    ("pools.cpu.spec.imge", "vlog"), ("postgresql.password", "with/slash"), ("ingress.public.host", "https://a"),
    ("services.public.type", "Balancer"), ("image.pullPolicy", "Sometimes"), ("server.adminOrigins", ["a.example"]),
    ("externalMetrics.enabled", "yes"), ("imagePullSecrets", ["registry"]), ("server.resources", {"limit": {}}),
])
def test_a_wrong_value_is_refused(chart, path, value):
    values = wrong = copy.deepcopy(TRIAL)
    *parts, last = path.split(".")
    for part in parts:
        wrong = wrong.setdefault(part, {})
    wrong[last] = value
    with pytest.raises(helm_python.HelmValuesError):
        chart.validate_schema(values)


def test_the_values_of_the_tests_are_taken(chart):
    chart.validate_schema(TRIAL)
