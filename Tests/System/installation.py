"""A `vlog up` in a data folder of its own, on ports of its own."""

import json
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

BINARY = os.environ.get("VLOG_BINARY", "vlog")
START_LIMIT = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, limit: float = 60, what: str = "it"):
    """The first true value of `condition()`; a test that waits for longer than `limit` seconds fails."""
    deadline = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {limit} s for {what}")
        time.sleep(0.05)


class Installation:
    def __init__(self, folder: pathlib.Path, *arguments: str):
        self.folder = folder
        self.arguments = list(arguments)
        self.public, self.admin, self.worker = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
        self.process = None
        self.password = None
        self.banner = ""
        self.log = folder / "test.log"

    @property
    def environment(self):
        return os.environ | {
            "VLOG_DATA_DIR": str(self.folder / "data"),
            "VLOG_ADMIN_URL": self.admin,
            "VLOG_WORKER_API_URL": self.worker,
            "VLOG_LOG_LEVEL": "info",
            "NO_PROXY": "127.0.0.1",
        }

    def start(self, *extra: str):
        ports = [f"--{name}-port={url.rsplit(':', 1)[1]}" for name, url in
                 [("public", self.public), ("admin", self.admin), ("worker", self.worker)]]
        self.process = subprocess.Popen(
            [BINARY, "up", *ports, *self.arguments, *extra],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=open(self.log, "ab"),
            start_new_session=True,
        )
        self.banner = self._read_banner()
        if match := re.search(r"password\s+(\S+)", self.banner):
            self.password = match[1]

    def _read_banner(self) -> str:
        """What it prints until it says that it is ready."""
        text, deadline = "", time.monotonic() + START_LIMIT
        while "Ctrl-C" not in text:
            left = deadline - time.monotonic()
            if left < 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise AssertionError(f"vlog up did not start: {text}\n{self.log_tail()}")
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                raise AssertionError(f"vlog up ended: {self.process.wait()}\n{text}\n{self.log_tail()}")
            text += piece.decode()
        return text

    def log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""

    def stop(self, limit: float = 30) -> int:
        """Ctrl-C; the exit status."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else 0
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"vlog up did not stop within {limit} s\n{self.log_tail()}")

    def kill(self):
        """kill -9, of the program alone; what it started is left to itself."""
        self.process.kill()
        self.process.wait()

    def destroy(self):
        """Whatever still runs of this folder, gone."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def processes(self, name: str = "") -> list[int]:
        """Processes that belong to this folder: those whose command line or working folder names it."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                cwd = os.readlink(entry / "cwd")
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if state != "Z" and str(self.folder) in command + " " + cwd and name in command:
                found.append(int(entry.name))
        return found

    def postgres_pid(self) -> int:
        return int((self.folder / "data/postgres/data/postmaster.pid").read_text().splitlines()[0])

    def run(self, *arguments: str, check: bool = True, limit: float = 240) -> subprocess.CompletedProcess:
        """The command line, as a user of this machine."""
        result = subprocess.run([BINARY, *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=limit)
        if check and result.returncode != 0:
            raise AssertionError(f"vlog {' '.join(arguments)}: {result.returncode}\n{result.stdout}{result.stderr}\n{self.log_tail()}")
        return result

    def json(self, *arguments: str):
        return json.loads(self.run(*arguments, "--json").stdout)

    @property
    def secret(self) -> str:
        return (self.folder / "data/admin-secret").read_text().strip()

    def get(self, url: str, headers=None, method: str = "GET", data: bytes | None = None):
        """(status, headers, body) of one request; errors are answers too."""
        request = urllib.request.Request(url, headers=headers or {}, method=method, data=data)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def is_up(self) -> bool:
        try:
            return self.get(self.admin + "/health")[0] == 200
        except OSError:
            return False
