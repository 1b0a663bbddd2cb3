"""The chart and the manifests install the same; where one is changed, the other must be."""

import pytest

from rendering import EVERYTHING, EVERYTHING_ON, POOLS, TRIAL, chart, documents, has_kustomize, identity, overlay, plain, with_components

pytestmark = pytest.mark.skipif(not has_kustomize, reason="neither kubectl nor kustomize is here")

# The admin's tools make them: `kubectl create secret`, `helm install --create-namespace`.
CHART_ONLY = {"Secret/vlog", "Secret/vlog-postgres", "Pod/vlog-test", "NetworkPolicy/vlog-test", "NetworkPolicy/vlog-test-server"}
KUSTOMIZE_ONLY = {"Namespace/vlog"}


def compare(of_chart: list[dict], of_kustomize: list[dict]):
    left = {identity(plain(document)): plain(document) for document in of_chart}
    right = {identity(plain(document)): plain(document) for document in of_kustomize}
    assert left.keys() - right.keys() == CHART_ONLY
    assert right.keys() - left.keys() == KUSTOMIZE_ONLY
    for name in left.keys() & right.keys():
        assert left[name] == right[name], name


@pytest.mark.parametrize("pool", ["cpu", "nvidia", "intel"])
def test_an_overlay_is_the_chart_with_its_defaults(pool):
    pools = {"cpu": {"enabled": pool == "cpu"}} | ({pool: {"spec": POOLS[pool]}} if pool in POOLS else {})
    compare(chart(TRIAL | {"pools": pools}), overlay(pool))


def test_all_components_are_the_chart_with_all_switched_on():
    compare(chart(EVERYTHING_ON), documents(with_components(tuple(EVERYTHING))))


def test_autoscaling_by_cpu_is_the_same():
    autoscaling = {"enabled": True, "queue": 0, "cpu": 70, "maxReplicas": 10}
    pools = {"cpu": {"autoscaling": autoscaling}} | {name: {"spec": spec, "autoscaling": autoscaling} for name, spec in POOLS.items()}
    components = (*(f"autoscaling-cpu/{pool}" for pool in ("cpu", "nvidia", "intel")), "postgres")
    compare(chart(TRIAL | {"pools": pools}), documents(with_components(components)))


def test_a_database_of_ones_own_is_the_same():
    values = {"secrets": {"existing": "vlog"}, "postgresql": {"enabled": False}, "pools": {"cpu": {"enabled": False}}}
    left = {identity(plain(document)): plain(document) for document in chart(values)}
    right = {identity(plain(document)): plain(document) for document in documents(with_components((), ()))}
    assert left.keys() ^ right.keys() == {"Namespace/vlog", "Pod/vlog-test", "NetworkPolicy/vlog-test", "NetworkPolicy/vlog-test-server"}
    for name in left.keys() & right.keys():
        assert left[name] == right[name], name


def test_the_order_of_cleanup_and_postgres_is_as_the_comment_says():
    [cleanup] = [document for document in documents(with_components(("cleanup", "postgres"), ()))
                 if identity(document) == "CronJob/vlog-cleanup"]
    [container] = cleanup["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert [variable["name"] for variable in container["env"]][:2] == ["POSTGRES_PASSWORD", "VLOG_DATABASE_URL"]
