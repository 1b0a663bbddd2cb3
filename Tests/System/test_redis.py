"""Redis beside a `vlog up`: what an administrator sees of it, and that nothing depends on it."""

import contextlib
import json
import os
import re
import signal
import subprocess

import pytest

from installation import BINARY, free_port, until


class Redis:
    """A server of our own on a Unix socket."""

    def __init__(self, folder, *options):
        self.folder = folder
        self.options = options
        self.socket = folder / "redis.sock"
        self.url = f"unix://:open%20sesame@{self.socket}"
        self.start()

    def start(self):
        self.socket.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder), "--save", "",
             "--requirepass", "open sesame", *self.options],
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


def finding(vlog, url: str, **variables) -> dict:
    """What the doctor says of the Redis at an address."""
    result = subprocess.run([BINARY, "doctor", "--json"], env=vlog.environment | {"VLOG_REDIS_URL": url} | variables,
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240)
    assert "sesame" not in result.stdout + result.stderr
    return next(finding for finding in json.loads(result.stdout) if finding["name"] == "Redis")


def test_doctor_logs_in_to_redis_or_says_why_not(fresh_vlog, redis):
    good = finding(fresh_vlog, redis.url)
    assert good["verdict"] == "good" and "version " in good["found"]
    wrong = finding(fresh_vlog, f"unix://:abracadabra@{redis.socket}")
    assert wrong["verdict"] == "mend" and "AUTH" in wrong["found"] and "abracadabra" not in str(wrong)


class Certificates:
    """An authority in a folder, and the one certificate of localhost that it has given."""

    def __init__(self, folder):
        self.authority, self.certificate, self.key = (folder / name for name in ("ca.crt", "server.crt", "server.key"))
        extensions = folder / "extensions"
        extensions.write_text("subjectAltName = DNS:localhost,IP:127.0.0.1\n")
        new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout"]
        self._openssl("req", "-x509", "-subj", "/CN=authority", *new_key, folder / "ca.key", "-out", self.authority)
        self._openssl("req", "-new", "-subj", "/CN=localhost", *new_key, self.key, "-out", folder / "server.csr")
        self._openssl("x509", "-req", "-in", folder / "server.csr", "-CA", self.authority, "-CAkey", folder / "ca.key",
                      "-set_serial", "1", "-days", "2", "-extfile", extensions, "-out", self.certificate)

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def tls_redis(fresh_vlog, certificates):
    port = free_port()
    server = Redis(fresh_vlog.folder, "--tls-port", str(port), "--tls-cert-file", str(certificates.certificate),
                   "--tls-key-file", str(certificates.key), "--tls-ca-cert-file", str(certificates.authority),
                   "--tls-auth-clients", "no")
    server.port = port
    server.url = f"rediss://:open%20sesame@localhost:{port}"
    yield server
    server.kill()


def test_redis_is_used_over_tls(fresh_vlog, tls_redis, certificates, clips, monkeypatch):
    vlog = fresh_vlog
    monkeypatch.setenv("VLOG_REDIS_URL", tls_redis.url)
    monkeypatch.setenv("VLOG_REDIS_CA_FILE", str(certificates.authority))
    vlog.start()
    until(lambda: json.loads(vlog.get(vlog.admin + "/health")[2])["redis"] == "ok", 30, "Redis to be used")
    vlog.run("upload", str(clips["small"]), "--title", "With TLS", "--wait")
    assert 'vlog_announcements_total{bus="redis"}' in vlog.get(vlog.admin + "/metrics")[2].decode()
    assert vlog.stop() == 0


def test_doctor_says_what_keeps_tls_from_working(fresh_vlog, tls_redis, certificates):
    good = finding(fresh_vlog, tls_redis.url, VLOG_REDIS_CA_FILE=str(certificates.authority))
    assert good["verdict"] == "good" and "with TLS" in good["found"]
    # The system's own authorities, which OpenSSL lets this variable name.
    assert finding(fresh_vlog, tls_redis.url, SSL_CERT_FILE=str(certificates.authority))["verdict"] == "good"
    for url, variables, sentence in [
        (tls_redis.url, {}, "of no authority that this system trusts: name its authority's"),
        (tls_redis.url.replace("localhost", "127.1"), {"VLOG_REDIS_CA_FILE": str(certificates.authority)}, "is not for"),
        (tls_redis.url, {"VLOG_REDIS_CA_FILE": "/nowhere"}, "VLOG_REDIS_CA_FILE: '/nowhere' cannot be used"),
        (tls_redis.url.replace("rediss", "redis"), {}, "if this port speaks TLS, the URL begins with rediss://"),
    ]:
        wrong = finding(fresh_vlog, url, **variables)
        assert wrong["verdict"] == "mend" and sentence in wrong["found"], wrong


@contextlib.contextmanager
def tls_server(*options):
    """openssl's own server, which takes what it is told and never answers."""
    port = free_port()
    # It ends with its input.
    with subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", *map(str, options)],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            while b"ACCEPT" not in process.stdout.readline():
                assert process.poll() is None
            yield f"rediss://localhost:{port}"
        finally:
            process.kill()


def test_the_server_is_asked_for_by_its_name_and_old_versions_are_not_spoken(fresh_vlog, certificates, tmp_path):
    trust = {"VLOG_REDIS_CA_FILE": str(certificates.authority)}
    ours = ["-cert", certificates.certificate, "-key", certificates.key]
    other = Certificates(tmp_path)
    named = ["-servername", "localhost", "-cert2", certificates.certificate, "-key2", certificates.key]
    with tls_server("-cert", other.certificate, "-key", other.key, *named) as url:
        # It has shown the right certificate, and only then is it silent.
        assert "no reply to" in finding(fresh_vlog, url, **trust)["found"]
    with tls_server(*ours, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0") as url:
        assert "neither TLS 1.2 nor TLS 1.3" in finding(fresh_vlog, url, **trust)["found"]


def test_a_url_that_cannot_be_used_is_refused_at_the_start_and_not_shown(fresh_vlog):
    result = fresh_vlog.run("up", "--redis-url", "http://:sesame@host", check=False)
    assert result.returncode == 1
    assert "VLOG_REDIS_URL" in result.stderr and "sesame" not in result.stderr
