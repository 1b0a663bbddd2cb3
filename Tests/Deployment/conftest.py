"""Tests of what is installed on a cluster: the chart and the manifests, rendered as an admin's tools do it."""

import functools

import pytest

import rendering


@functools.cache
def sources() -> dict[str, list[dict]]:
    return rendering.every_source()


def pytest_generate_tests(metafunc):
    # One test for each way of installing, named for it.
    if "objects" in metafunc.fixturenames:
        metafunc.parametrize("objects", [pytest.param(found, id=name) for name, found in sources().items()])
