"""What is installed may do no more than it must, and fits together."""

import base64
import json

import pytest
import yaml

from rendering import K8S, containers, documents, identity, pod_templates


def names(objects: list[dict], *kinds: str) -> set[str]:
    return {document["metadata"]["name"] for document in objects if document["kind"] in kinds}


def matches(selector: dict, labels: dict) -> bool:
    def one(expression: dict) -> bool:
        assert expression["operator"] == "In"
        return labels.get(expression["key"]) in expression["values"]
    return (all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
            and all(one(expression) for expression in selector.get("matchExpressions", [])))


def is_whole(objects: list[dict]) -> bool:
    """Not one of the files that go with others."""
    return any(document["kind"] == "Deployment" and document["metadata"]["name"].endswith("-server") for document in objects)


def test_pods_are_restricted(objects):
    """The `restricted` Pod Security Standard, and what goes beyond it."""
    for owner, template in pod_templates(objects):
        spec, who = template["spec"], identity(owner)
        security = spec["securityContext"]
        assert security["runAsNonRoot"] is True and security["runAsUser"] > 0 and security["runAsGroup"] > 0, who
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, who
        assert not spec.keys() & {"hostNetwork", "hostPID", "hostIPC", "hostUsers", "shareProcessNamespace"}, who
        assert spec["enableServiceLinks"] is False, who
        assert {next(iter(volume.keys() - {"name"})) for volume in spec.get("volumes", [])} <= {
            "persistentVolumeClaim", "emptyDir", "configMap", "secret", "projected"}, who
        for container in containers(template):
            # Nothing is loosened for one container, either.
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}, who
            assert all("hostPort" not in port for port in container.get("ports", [])), who
            assert container["resources"]["requests"].keys() == {"cpu", "memory"}, who
            assert "memory" in container["resources"]["limits"], who
            assert not container["image"].endswith(":latest") or "vlog:latest" == container["image"], who


def test_a_token_is_where_the_api_server_is_asked_and_nowhere_else(objects):
    accounts = {document["metadata"]["name"]: document for document in objects if document["kind"] == "ServiceAccount"}
    assert all(account["automountServiceAccountToken"] is False for account in accounts.values())
    for owner, template in pod_templates(objects):
        asks = template["metadata"]["labels"]["app.kubernetes.io/component"] in ("server", "operator")
        assert template["spec"]["automountServiceAccountToken"] is asks, identity(owner)
        assert ("serviceAccountName" in template["spec"]) is asks, identity(owner)
        if asks:
            assert template["spec"]["serviceAccountName"] in accounts


def test_servers_and_operators_have_probes_and_time_to_end(objects):
    for owner, template in pod_templates(objects):
        component = template["metadata"]["labels"]["app.kubernetes.io/component"]
        if component in ("server", "operator"):
            [container] = template["spec"]["containers"]
            pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            assert template["spec"]["terminationGracePeriodSeconds"] == {"server": 30, "operator": 15}[component] + pause
            assert {f"{kind}Probe" for kind in ("startup", "liveness", "readiness")} <= container.keys()


def test_probes_and_services_name_ports_that_are_there(objects):
    templates = [template for _, template in pod_templates(objects)]
    for template in templates:
        for container in containers(template):
            ports = {port["name"] for port in container.get("ports", [])}
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                for action in ("httpGet", "tcpSocket"):
                    if action in container.get(probe, {}):
                        assert container[probe][action]["port"] in ports
    for service in (document for document in objects if document["kind"] == "Service"):
        found = [template for template in templates
                 if matches({"matchLabels": service["spec"]["selector"]}, template["metadata"]["labels"])]
        # One kind of pod only: neither backups nor runners are behind it.
        assert len(found) == 1, identity(service)
        ports = {port["name"] for container in containers(found[0]) for port in container.get("ports", [])}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports, identity(service)


def test_selectors_find_their_pods(objects):
    for owner, template in pod_templates(objects):
        if "selector" in owner.get("spec", {}):
            assert matches(owner["spec"]["selector"], template["metadata"]["labels"]), identity(owner)
    templates = [template["metadata"]["labels"] for _, template in pod_templates(objects)]
    for budget in (document for document in objects if document["kind"] == "PodDisruptionBudget"):
        assert sum(matches(budget["spec"]["selector"], labels) for labels in templates) == 1, identity(budget)


def test_secrets_are_referred_to_and_not_in_the_repository(objects):
    given = {"a-secret", "a-password", "p", "postgres://vlog:p@db:5432/vlog", "redis://:p@redis:6379/0"}
    for document in objects:
        if document["kind"] == "Secret":
            assert {base64.b64decode(value).decode() for value in document.get("data", {}).values()} <= given, identity(document)
        assert not (document["kind"] == "ConfigMap" and any("PASSWORD" in key or "SECRET" in key for key in document["data"]))
    for owner, template in pod_templates(objects):
        for container in containers(template):
            variables = [variable["name"] for variable in container.get("env", [])]
            assert len(variables) == len(set(variables)), identity(owner)
            for variable in container.get("env", []):
                if any(word in variable["name"] for word in ("PASSWORD", "SECRET")):
                    assert "value" not in variable, f"{identity(owner)}: {variable['name']}"
                # `$(NAME)` is what was set above it.
                if variable["name"] == "VLOG_DATABASE_URL" and "value" in variable:
                    assert "$(POSTGRES_PASSWORD)" in variable["value"]
                    assert container["env"][container["env"].index(variable) - 1]["name"] == "POSTGRES_PASSWORD"


# Made by the admin, as the comments and values say.
DOCUMENTED = {("vlog", "database-url"), ("vlog", "admin-api-secret"), ("vlog", "admin-password"), ("vlog", "redis-url"),
              ("vlog-postgres", "password"), ("mine", "database-url"), ("mine", "admin-api-secret"), ("mine", "admin-password"),
              ("db", "url"), ("cache", "redis-url")}


def test_what_is_referred_to_is_made_or_documented(objects):
    made = {(document["metadata"]["name"], key) for document in objects if document["kind"] == "Secret" for key in document.get("data", {})}
    chosen = DOCUMENTED if not made else {entry for entry in DOCUMENTED if entry[0] not in ("vlog", "vlog-postgres")}
    maps, claims = names(objects, "ConfigMap"), names(objects, "PersistentVolumeClaim") | {"films", "dumps"}
    for owner, template in pod_templates(objects):
        for container in containers(template):
            for variable in container.get("env", []):
                reference = variable.get("valueFrom", {}).get("secretKeyRef")
                if reference and not reference.get("optional"):
                    assert (reference["name"], reference["key"]) in made | chosen, identity(owner)
            for source in container.get("envFrom", []):
                assert source["configMapRef"]["name"] in maps, identity(owner)
        mounts = {mount["name"] for container in containers(template) for mount in container.get("volumeMounts", [])}
        volumes = {volume["name"]: volume for volume in template["spec"].get("volumes", [])}
        templates = {claim["metadata"]["name"] for claim in owner["spec"].get("volumeClaimTemplates", [])}
        assert mounts == volumes.keys() | templates, identity(owner)
        for volume in volumes.values():
            if "persistentVolumeClaim" in volume and is_whole(objects):
                assert volume["persistentVolumeClaim"]["claimName"] in claims, identity(owner)
    for ingress in (document for document in objects if document["kind"] == "Ingress"):
        services = {document["metadata"]["name"]: {port["name"] for port in document["spec"]["ports"]}
                    for document in objects if document["kind"] == "Service"}
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                backend = path["backend"]["service"]
                assert backend["port"]["name"] in services[backend["name"]]
    for monitor in (document for document in objects if document["kind"] == "ServiceMonitor"):
        found = [document for document in objects if document["kind"] == "Service"
                 and matches(monitor["spec"]["selector"], document["metadata"]["labels"])]
        assert len(found) == 1, identity(monitor)
        assert {end["port"] for end in monitor["spec"]["endpoints"]} <= {port["name"] for port in found[0]["spec"]["ports"]}


# Who may do what. A rule that is not here has no reason yet.
SERVER = [
    (["vlog.dev"], ["transcodejobs"], None, {"get", "list", "watch", "create", "patch", "delete"}),
    ([""], ["pods"], None, {"get"}),
    (["authentication.k8s.io"], ["tokenreviews"], None, {"create"}),
]
OPERATOR = [
    (["vlog.dev"], ["transcodejobs"], None, {"get", "list", "watch", "delete"}),
    (["vlog.dev"], ["vlogworkers"], None, {"get", "list", "watch"}),
    (["vlog.dev"], ["transcodejobs/status", "vlogworkers/status"], None, {"update"}),
    (["vlog.dev"], ["transcodejobs/finalizers", "vlogworkers/finalizers"], None, {"update"}),
    (["batch"], ["jobs"], None, {"get", "list", "watch", "create", "patch", "delete"}),
    (["apps"], ["deployments"], None, {"get", "list", "watch", "create", "patch"}),
    (["policy"], ["poddisruptionbudgets"], None, {"get", "create", "patch"}),
    ([""], ["pods"], None, {"list", "watch"}),
    (["events.k8s.io"], ["events"], None, {"create", "patch"}),
    (["coordination.k8s.io"], ["leases"], None, {"create"}),
    (["coordination.k8s.io"], ["leases"], ["vlog-operator"], {"get", "update"}),
]
EXTERNAL_METRICS = [
    (["apiregistration.k8s.io"], ["apiservices"], ["v1beta1.external.metrics.k8s.io"], {"get", "patch"}),
    (["authorization.k8s.io"], ["subjectaccessreviews"], None, {"create"}),
    ([""], ["secrets"], ["vlog-operator-serving"], {"get", "update"}),
]


def rights(objects: list[dict], account: str) -> list[tuple]:
    roles = {(document["kind"], document["metadata"]["name"], document["metadata"].get("namespace")): document["rules"]
             for document in objects if document["kind"] in ("Role", "ClusterRole")}
    found = []
    for binding in (document for document in objects if document["kind"] in ("RoleBinding", "ClusterRoleBinding")):
        if any(subject["name"] == account for subject in binding["subjects"]):
            role = binding["roleRef"]
            if role["name"] == "extension-apiserver-authentication-reader":
                assert binding["metadata"]["namespace"] == "kube-system"
                continue
            namespace = binding["metadata"].get("namespace") if role["kind"] == "Role" else None
            found += [(rule["apiGroups"], rule["resources"], rule.get("resourceNames"), set(rule["verbs"]))
                      for rule in roles[role["kind"], role["name"], namespace]]
    return found


def sort(rules: list[tuple]) -> list[str]:
    return sorted(json.dumps([groups, resources, who, sorted(verbs)]) for groups, resources, who, verbs in rules)


def test_nobody_has_a_right_without_a_reason(objects):
    accounts = names(objects, "ServiceAccount")
    metrics = "APIService" in {document["kind"] for document in objects}
    for account in accounts:
        expected = SERVER if account.endswith("-server") else OPERATOR + (EXTERNAL_METRICS if metrics else [])
        assert sort(rights(objects, account)) == sort(expected), account
    subjects = {subject["name"] for document in objects for subject in document.get("subjects", [])}
    assert subjects == accounts


def test_no_rule_means_everything(objects):
    for role in (document for document in objects if document["kind"] in ("Role", "ClusterRole")):
        for rule in role["rules"]:
            assert "*" not in rule["verbs"] + rule["resources"] + rule["apiGroups"], identity(role)
            assert not set(rule["verbs"]) & {"escalate", "bind", "impersonate"}, identity(role)
            assert not set(rule["resources"]) & {"pods/exec", "pods/attach", "nodes/proxy", "serviceaccounts/token"}, identity(role)
            if "secrets" in rule["resources"]:
                # Who may make Secrets can make one that holds any token of the namespace.
                assert (role["kind"], rule["resourceNames"], rule["verbs"]) == ("Role", ["vlog-operator-serving"], ["get", "update"])


RUNNER = {"app.kubernetes.io/name": "vlog-runner", "app.kubernetes.io/component": "runner"}


def policies_of(objects: list[dict], labels: dict) -> list[dict]:
    return [document for document in objects if document["kind"] == "NetworkPolicy"
            and matches(document["spec"]["podSelector"], labels)]


def test_policies_find_pods_and_every_pod_is_found(objects):
    labels = [template["metadata"]["labels"] for _, template in pod_templates(objects)] + [RUNNER]
    policies = [document for document in objects if document["kind"] == "NetworkPolicy"]
    for policy in policies:
        assert any(matches(policy["spec"]["podSelector"], found) for found in labels), identity(policy)
        assert set(policy["spec"]) - {"podSelector", "policyTypes"} <= {kind.lower() for kind in policy["spec"]["policyTypes"]}
        for rule in policy["spec"].get("ingress", []):
            for peer in rule.get("from", []):
                if "podSelector" in peer:
                    assert any(matches(peer["podSelector"], found) for found in labels), identity(policy)
    if not policies:
        return
    for found in labels:
        kinds = {kind for policy in policies_of(objects, found) if policy["spec"]["podSelector"]
                 for kind in policy["spec"]["policyTypes"]}
        assert kinds == {"Ingress", "Egress"}, found


def test_policies_name_ports_that_are_there(objects):
    templates = [template for _, template in pod_templates(objects)]
    for policy in (document for document in objects if document["kind"] == "NetworkPolicy"):
        ports = {port["name"] for template in templates if matches(policy["spec"]["podSelector"], template["metadata"]["labels"])
                 for container in containers(template) for port in container.get("ports", [])}
        for rule in policy["spec"].get("ingress", []):
            for port in rule["ports"]:
                assert port["port"] in ports | {8080}, identity(policy)


def test_runners_reach_no_private_network(objects):
    private = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7", "fe80::/10"}
    for policy in policies_of(objects, RUNNER):
        for rule in policy["spec"].get("egress", []):
            # Without a `to` it would be everywhere.
            for peer in rule["to"]:
                if "ipBlock" in peer and peer["ipBlock"]["cidr"].endswith("/0"):
                    # Each kind of address in its own block.
                    kept = {network for network in private if (":" in network) == (":" in peer["ipBlock"]["cidr"])}
                    assert kept <= set(peer["ipBlock"]["except"])
                    assert {port["port"] for port in rule["ports"]} == {80, 443}


def test_autoscalers_have_targets(objects):
    pools = {document["metadata"]["name"]: document for document in objects if document["kind"] == "VLogWorker"}
    scalers = [document for document in objects if document["kind"] in ("HorizontalPodAutoscaler", "ScaledObject")]
    for scaler in scalers:
        target = scaler["spec"]["scaleTargetRef"]
        assert (target["apiVersion"], target["kind"]) == ("vlog.dev/v1alpha1", "VLogWorker"), identity(scaler)
        pool = pools[target["name"]]
        assert pool["metadata"]["namespace"] == scaler["metadata"]["namespace"]
        # Whoever installs again must not set back what was scaled.
        assert "replicas" not in pool["spec"], identity(scaler)
        for metric in scaler["spec"].get("metrics", []):
            if metric["type"] == "External":
                assert metric["external"]["metric"] == {"name": "vlog_operator_demand",
                                                        "selector": {"matchLabels": {"worker": target["name"]}}}
            else:
                assert "cpu" in pool["spec"]["resources"]["requests"]


def test_a_server_that_shares_no_volume_is_alone(objects):
    claims = {document["metadata"]["name"]: document for document in objects if document["kind"] == "PersistentVolumeClaim"}
    for document in objects:
        if document["kind"] == "Deployment" and document["metadata"]["name"].endswith("-server"):
            [claim] = [volume["persistentVolumeClaim"]["claimName"] for volume in document["spec"]["template"]["spec"]["volumes"]
                       if "persistentVolumeClaim" in volume]
            if claim in claims and "ReadWriteMany" not in claims[claim]["spec"]["accessModes"]:
                assert document["spec"]["replicas"] == 1 and document["spec"]["strategy"] == {"type": "Recreate"}
            elif claim in claims:
                assert document["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_the_namespace_insists_on_the_restricted_standard():
    [namespace] = [document for document in documents((K8S / "operator.yaml").read_text()) if document["kind"] == "Namespace"]
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_the_manifests_hold_no_secret():
    for path in K8S.rglob("*.yaml"):
        if not path.name.startswith("kustomiz"):
            for document in yaml.safe_load_all(path.read_text()):
                assert document.get("kind") != "Secret" or not document.keys() & {"data", "stringData"}, path


def test_a_restore_never_runs_by_itself(objects):
    for document in objects:
        if document["kind"] == "CronJob" and document["metadata"]["name"].endswith("-restore"):
            assert document["spec"]["suspend"] is True and document["spec"]["jobTemplate"]["spec"]["backoffLimit"] == 0
