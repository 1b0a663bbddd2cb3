"""Redis beside a `vlog up`: what an administrator sees of it, and that nothing depends on it."""

import contextlib
import json
import os
import re
import signal
import subprocess

import pytest

from installation import BINARY, until


class Redis:
    """A server of our own on a Unix socket."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = folder / "redis.sock"
        self.url = f"unix://:open%20sesame@{self.socket}"
        self.start()

    def start(self):
        self.socket.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder), "--save", "",
             "--requirepass", "open sesame"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self.socket.exists, 30, "redis-server")

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis(fresh_vlog):
    server = Redis(fresh_vlog.folder)
    yield server
    with contextlib.suppress(ProcessLookupError):
        os.kill(server.process.pid, signal.SIGCONT)
    server.kill()


def test_redis_goes_and_comes_and_is_seen_to(fresh_vlog, redis, clips):
    vlog = fresh_vlog
    vlog.start("--redis-url", redis.url)

    def health() -> str:
        status, _, body = vlog.get(vlog.admin + "/health")
        assert status == 200
        return json.loads(body)["redis"]

    def metric(name: str) -> float:
        text = vlog.get(vlog.admin + "/metrics", {"X-Admin-Secret": vlog.secret})[2].decode()
        match = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        return float(match[1]) if match else 0

    until(lambda: health() == "ok", 30, "Redis to be used")
    assert metric('vlog_redis_breaker_state{state="closed"}') == 1
    assert metric("vlog_redis_breaker_trips_total") == 0
    vlog.run("upload", str(clips["small"]), "--title", "With Redis", "--wait")
    assert metric('vlog_announcements_total{bus="redis"}') > 0

    redis.kill()
    until(lambda: health() == "unavailable", 30, "the loss of Redis to be seen")
    until(lambda: metric("vlog_redis_breaker_trips_total") >= 1, 30, "the breaker to open")
    assert metric('vlog_redis_breaker_state{state="closed"}') == 0
    before = metric('vlog_announcements_total{bus="notify"}')
    vlog.run("upload", str(clips["small"]), "--title", "Without Redis", "--wait")
    assert metric('vlog_announcements_total{bus="notify"}') > before

    redis.start()
    until(lambda: health() == "ok", 30, "Redis to be used again")
    assert metric('vlog_redis_breaker_state{state="closed"}') == 1

    # It keeps its connections and says nothing.
    redis.process.send_signal(signal.SIGSTOP)
    until(lambda: health() == "unavailable", 30, "the silence of Redis to be noticed")
    redis.process.send_signal(signal.SIGCONT)
    until(lambda: health() == "ok", 30, "Redis to be used again")
    assert vlog.stop() == 0
    assert "sesame" not in vlog.log.read_text()


def test_doctor_logs_in_to_redis_or_says_why_not(fresh_vlog, redis):
    def finding(url: str) -> dict:
        result = subprocess.run([BINARY, "doctor", "--json"], env=fresh_vlog.environment | {"VLOG_REDIS_URL": url},
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240)
        assert "sesame" not in result.stdout + result.stderr
        return next(finding for finding in json.loads(result.stdout) if finding["name"] == "Redis")

    good = finding(redis.url)
    assert good["verdict"] == "good" and "version " in good["found"]
    wrong = finding(f"unix://:abracadabra@{redis.socket}")
    assert wrong["verdict"] == "mend" and "AUTH" in wrong["found"] and "abracadabra" not in str(wrong)
    assert finding("rediss://host")["found"].startswith("TLS to Redis")


def test_a_url_that_cannot_be_used_is_refused_at_the_start_and_not_shown(fresh_vlog):
    result = fresh_vlog.run("up", "--redis-url", "http://:sesame@host", check=False)
    assert result.returncode == 1
    assert "VLOG_REDIS_URL" in result.stderr and "sesame" not in result.stderr
