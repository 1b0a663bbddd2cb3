"""Dockerfiles and shell scripts, also those inside of manifests."""

import subprocess
import sys
import pathlib

import pytest

from rendering import ROOT, TRIAL, chart, containers, pod_templates

PROGRAMS = pathlib.Path(sys.executable).parent


def lint(program: str, *arguments: str, given: str | None = None):
    result = subprocess.run([PROGRAMS / program, *arguments], input=given, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.worker.gpu"])
def test_hadolint_finds_nothing(name):
    lint("hadolint", str(ROOT / name))


def is_shell(path: pathlib.Path) -> bool:
    if not path.is_file():
        return False
    first = path.read_bytes()[:200].split(b"\n")[0]
    return path.suffix == ".sh" or first.startswith(b"#!") and first.rstrip().endswith(b"sh")


SCRIPTS = sorted(str(path.relative_to(ROOT)) for folder in ("scripts", ".ci") for path in (ROOT / folder).iterdir() if is_shell(path))


@pytest.mark.parametrize("name", SCRIPTS)
def test_shellcheck_finds_nothing(name):
    lint("shellcheck", "--external-sources", "--source-path=SCRIPTDIR:.", str(ROOT / name))


def test_there_are_scripts():
    assert {"scripts/test", "scripts/up", ".ci/run"} <= set(SCRIPTS)


def test_shellcheck_finds_nothing_in_the_manifests():
    scripts = [container["args"][0] for _, template in pod_templates(chart(TRIAL)) for container in containers(template)
               if container.get("command") == ["/bin/sh", "-ceu"]]
    assert len(scripts) == 2
    for script in scripts:
        # The names of dumps are the script's own, so that `ls` may be read.
        lint("shellcheck", "--shell=sh", "--exclude=SC2010,SC2012", "-", given="set -eu\n" + script)
