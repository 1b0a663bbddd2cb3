"""What is measured: accepted by Prometheus' own tool, and all that the dashboard and the alerts ask for."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

from installation import until

ROOT = pathlib.Path(__file__).parents[2]
K8S = ROOT / "k8s" / "components" / "monitoring"
NAME = re.compile(r"\bvlog_[a-z_]+\b")


def promtool(*arguments: str, text: str | None = None) -> str:
    result = subprocess.run(["promtool", *arguments], input=text, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def metrics(vlog, clips) -> str:
    """After a video has been uploaded, transcoded and looked at."""
    vlog.run("upload", str(clips["small"]), "--title", "Measured", "--wait")
    return vlog.get(vlog.admin + "/metrics")[2].decode()


@pytest.fixture(scope="module")
def rules(tmp_path_factory) -> pathlib.Path:
    """The part of the resource that is a rule file of Prometheus."""
    text = (K8S / "prometheus-rules.yaml").read_text().split("\nspec:\n")[1]
    path = tmp_path_factory.mktemp("rules") / "rules.yaml"
    path.write_text(re.sub(r"(?m)^  ", "", text))
    return path


def asked_by_the_dashboard() -> list[str]:
    """The queries of all panels, also of those in a row that is folded up."""
    rows = json.loads((K8S / "grafana-dashboard.json").read_text())["panels"]
    panels = rows + [panel for row in rows for panel in row.get("panels", [])]
    queries = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    # Which Grafana replaces by a time that fits how far apart the points of a graph are.
    return [query.replace("$__rate_interval", "2m") for query in queries]


def value(metrics: str, series: str) -> float:
    return next(float(line.rsplit(" ", 1)[1]) for line in metrics.splitlines() if line.rsplit(" ", 1)[0] == series)


def test_the_worker_port_has_the_same_metrics_for_who_has_their_token(fresh_vlog, monkeypatch):
    vlog, token = fresh_vlog, "2f1b9c0de5a74368"
    monkeypatch.setenv("VLOG_METRICS_TOKEN", token)
    vlog.start()

    def families(text: str) -> set[str]:
        return set(re.findall(r"(?m)^# TYPE (\S+ \S+)$", text))

    assert vlog.get(vlog.worker + "/api/metrics")[0] == 401
    assert vlog.get(vlog.worker + "/api/metrics", {"X-Admin-Secret": vlog.secret})[0] == 401
    status, _, body = vlog.get(vlog.worker + "/api/metrics", {"Authorization": f"Bearer {token}"})
    assert status == 200
    promtool("check", "metrics", text=body.decode())
    assert families(body.decode()) == families(vlog.get(vlog.admin + "/metrics")[2].decode()) != set()
    assert value(body.decode(), "vlog_database_up") == 1
    assert vlog.stop() == 0
    assert token not in vlog.log.read_text()


def test_a_token_that_is_guessed_easily_is_refused_at_the_start(fresh_vlog, monkeypatch):
    for token in ["short", "sixteen and more with spaces", "eine-sehr-lange-Prüfmarke"]:
        monkeypatch.setenv("VLOG_METRICS_TOKEN", token)
        result = fresh_vlog.run("up", check=False)
        assert result.returncode == 1
        assert "VLOG_METRICS_TOKEN" in result.stderr and token not in result.stderr


def test_promtool_accepts_the_metrics(metrics):
    assert promtool("check", "metrics", text=metrics) == ""


def test_promtool_accepts_the_rules(rules):
    assert "SUCCESS" in promtool("check", "rules", str(rules))


def test_every_metric_that_is_asked_for_is_there(metrics, rules):
    queries = asked_by_the_dashboard()
    assert len(queries) > 20
    asked = set(NAME.findall(" ".join(queries))) | set(NAME.findall(rules.read_text()))
    shown = {line.split("{")[0].split(" ")[0] for line in metrics.splitlines() if not line.startswith("#")}
    # What there is with Kubernetes only, by its name alone.
    elsewhere = {name for name in asked if name.startswith(("vlog_operator_", "vlog_dispatch_"))}
    known = set(NAME.findall((ROOT / "Sources" / "Observability" / "MetricName.swift").read_text()))
    assert {name.removesuffix("_bucket") for name in elsewhere} <= known
    # Shown where there is a Redis (test_redis.py looks at it) or a webhook for alerts.
    assert asked - shown - elsewhere == {"vlog_redis_breaker_state", "vlog_alerts_total"}
    # And nothing is measured that nobody looks at.
    families = {line.split()[2] for line in metrics.splitlines() if line.startswith("# TYPE vlog_")}
    assert {name for name in families if not any(query.startswith(name) for query in asked)} == set()


def test_promtool_understands_every_query_of_the_dashboard(tmp_path):
    queries = asked_by_the_dashboard()
    records = "".join(f"      - record: vlog:query:{n}\n        expr: {json.dumps(query)}\n" for n, query in enumerate(queries))
    path = tmp_path / "queries.yaml"
    path.write_text(f"groups:\n  - name: dashboard\n    rules:\n{records}")
    assert f"{len(queries)} rules" in promtool("check", "rules", str(path))


def test_what_happened_is_counted(metrics):
    assert value(metrics, 'vlog_job_outcomes_total{outcome="completed"}') >= 1
    assert value(metrics, 'vlog_job_outcomes_total{outcome="lost"}') == 0
    assert value(metrics, 'vlog_claims_total{outcome="job"}') >= 1
    assert value(metrics, 'vlog_result_files_total{mode="file"}') > 5
    assert value(metrics, 'vlog_result_bytes_total{mode="file"}') > 10_000
    assert value(metrics, 'vlog_result_uploads{mode="file"}') == 0
    assert value(metrics, 'vlog_key_checks_total{outcome="right"}') >= 1
    assert value(metrics, 'vlog_videos{status="ready"}') >= 1
    assert value(metrics, 'vlog_workers{status="online"}') == 1
    assert value(metrics, 'vlog_queued_jobs{priority="normal",reason="no_runner"}') == 0
    assert value(metrics, "vlog_storage_free_bytes") > 1 << 20
    assert value(metrics, "vlog_database_up") == 1


def test_alerts_ring_when_they_should_and_only_then(rules, tmp_path):
    def group(series: dict[str, str], alert: str, rings: bool, at: str = "40m") -> str:
        listed = "".join(f"      - series: '{name}'\n        values: '{values}'\n" for name, values in series.items())
        # Only whether it rings is compared; `ALERTS` has a sample for each alert that does.
        expression = f"count(ALERTS{{alertname=\"{alert}\", alertstate=\"firing\"}}) or vector(0)"
        return (f"  - interval: 1m\n    input_series:\n{listed}    promql_expr_test:\n      - expr: {json.dumps(expression)}\n"
                f"        eval_time: {at}\n        exp_samples:\n          - labels: '{{}}'\n            value: {int(rings)}\n")

    waiting = 'vlog_queued_jobs{instance="%s",priority="normal",reason="%s"}'
    cases = [
        group({waiting % ("a", "no_runner"): "3x60", waiting % ("b", "no_runner"): "3x60"}, "VLogNoRunner", True),
        group({waiting % ("a", "in_queue"): "3x60", waiting % ("a", "no_runner"): "0x60"}, "VLogNoRunner", False),
        group({waiting % ("a", "none_able"): "1x60"}, "VLogNoAbleRunner", True),
        group({'vlog_queue_wait_seconds{priority="high"}': "0+60x60"}, "VLogQueueWait", True),
        group({'vlog_queue_wait_seconds{priority="low"}': "0+600x60"}, "VLogQueueWait", False),
        group({"vlog_leases_expired_total": "0+1x60"}, "VLogStaleJobs", True),
        group({"vlog_leases_expired_total": "5x60"}, "VLogStaleJobs", False),
        group({'vlog_job_outcomes_total{outcome="internal"}': "0+1x60"}, "VLogJobsFail", True),
        group({'vlog_job_outcomes_total{outcome="completed"}': "0+9x60"}, "VLogJobsFail", False),
        group({'vlog_jobs{state="finalising"}': "1x60"}, "VLogPublishingStuck", True),
        group({'vlog_workers{status="quarantined"}': "1x60"}, "VLogRunnerInQuarantine", True),
        group({'vlog_archive_refusals_total{reason="forbidden"}': "0x20 1x40"}, "VLogArchivesRefused", True),
        group({"vlog_storage_free_bytes": "1e9x60"}, "VLogDiskLow", True),
        group({"vlog_storage_free_bytes": "1e12x60"}, "VLogDiskLow", False),
        group({"vlog_database_up": "0x60"}, "VLogDatabaseAway", True),
        group({"up": "1x60"}, "VLogNotSeen", True),
        group({"vlog_database_up": "1x60"}, "VLogNotSeen", False),
        group({'vlog_key_checks_total{outcome="wrong"}': "0+5x60"}, "VLogWorkerKeysGuessed", True),
    ]
    path = tmp_path / "tests.yaml"
    path.write_text(f"rule_files: ['{rules}']\nevaluation_interval: 1m\ntests:\n" + "".join(cases))
    promtool("test", "rules", str(path))


def test_a_database_that_hangs_does_not_hold_the_metrics_up(fresh_vlog):
    """Prometheus gives a scrape ten seconds; without an answer no alert would ring, least of all that of the database."""
    fresh_vlog.start()
    postmaster = fresh_vlog.postgres_pid()
    children = subprocess.run(["pgrep", "--parent", str(postmaster)], capture_output=True, text=True).stdout.split()
    processes = [postmaster, *map(int, children)]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        # The figures of a moment ago are good for a few seconds.
        metrics = until(lambda: (text := fresh_vlog.get(fresh_vlog.admin + "/metrics")[2].decode())
                        and value(text, "vlog_database_up") == 0 and text, 30, "the metrics to say so")
        assert "vlog_storage_free_bytes" in metrics
        begin = time.monotonic()
        assert fresh_vlog.get(fresh_vlog.admin + "/metrics")[0] == 200
        assert time.monotonic() - begin < 8
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
    until(lambda: value(fresh_vlog.get(fresh_vlog.admin + "/metrics")[2].decode(), "vlog_database_up") == 1, 60, "all to be well")
    assert fresh_vlog.stop() == 0
