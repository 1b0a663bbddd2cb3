"""A `vlog up` in a data folder of its own, on free ports, and gone at the end."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from typing import Self

from bench.figures import Bench
from bench.processes import Process, until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url: str, headers: dict[str, str] | None = None, limit: float = 30) -> tuple[int, bytes]:
    """Status and body; (0, b"") while nobody listens."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=limit) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def until_answers(url: str, process: Process, limit: float = 60):
    """Waits for 200 at the URL, unless the process ends."""
    def answers() -> bool:
        if process.popen.poll() is not None:
            raise RuntimeError(f"{process.popen.args} ended:\n{process.log_tail()}")
        return get(url)[0] == 200

    try:
        until(answers, limit, url)
    except TimeoutError as error:
        raise TimeoutError(f"{error}:\n{process.log_tail()}") from None


class Server:
    """A program that answers at `/health` from the beginning of a `with` on, and is gone at its end."""

    url: str
    process: Process
    #: Seconds that it may take to stop.
    stop_limit: float = 30

    def __enter__(self) -> Self:
        try:
            until_answers(self.url + "/health", self.process)
        except BaseException:
            self.process.stop()
            raise
        return self

    def __exit__(self, *_):
        self.process.stop(limit=self.stop_limit)


class Installation:
    def __init__(self, bench: Bench, *arguments: str):
        self.binary = bench.binary
        self.arguments = arguments
        self.folder = bench.folder
        self.data = bench.folder / "data"
        self.public, self.admin, self.worker = (f"http://127.0.0.1:{free_port()}" for _ in range(3))

    def __enter__(self) -> "Installation":
        ports = [f"--{name}-port={url.rsplit(':', 1)[1]}"
                 for name, url in [("public", self.public), ("admin", self.admin), ("worker", self.worker)]]
        self.process = Process([str(self.binary), "up", *ports, *self.arguments], self.folder / "up.log", self.environment)
        try:
            until_answers(self.admin + "/health", self.process, 120)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.stop(signal.SIGINT, 60)
        self._end_leftovers()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "VLOG_DATA_DIR": str(self.data), "VLOG_ADMIN_URL": self.admin, "VLOG_LOG_LEVEL": "info",
            "NO_PROXY": "127.0.0.1",
        }

    @property
    def storage(self) -> pathlib.Path:
        return self.data / "storage"

    # The Admin API

    @property
    def secret(self) -> dict[str, str]:
        return {"X-Admin-Secret": (self.data / "admin-secret").read_text().strip()}

    def admin_get(self, path: str) -> tuple[int, bytes]:
        return get(self.admin + path, self.secret)

    def upload(self, file: pathlib.Path, title: str) -> dict:
        """Uploads by curl, which keeps the file out of our memory; the video as the Admin API answers it."""
        result = subprocess.run(
            ["curl", "--silent", "--show-error", "--noproxy", "*", "--form", f"title={title}", "--form", f"file=@{file}",
             "--header", "X-Admin-Secret: " + self.secret["X-Admin-Secret"], "--write-out", "\n%{http_code}",
             self.admin + "/api/videos"],
            capture_output=True, text=True, check=True,
        )
        body, _, status = result.stdout.rpartition("\n")
        if status != "201":
            raise RuntimeError(f"upload: {status} {body}\n{self.process.log_tail()}")
        return json.loads(body)

    def video(self, id: int) -> dict:
        status, body = self.admin_get(f"/api/videos/{id}")
        if status != 200:
            raise RuntimeError(f"video {id}: {status} {body}")
        return json.loads(body)

    def until_ready(self, id: int, limit: float = 3600, pause: float = 0.2):
        def is_ready() -> bool:
            video = self.video(id)
            if video["status"] == "failed":
                raise RuntimeError(f"the transcode failed: {video['progress']}\n{self.process.log_tail()}")
            return video["status"] == "ready"

        until(is_ready, limit, "the transcode", pause)

    def register_worker(self, name: str) -> str:
        """A new key for a runner."""
        result = subprocess.run(
            [self.binary, "worker", "register", name, "--server", self.worker],
            env=os.environ | self.environment, capture_output=True, text=True, check=True,
        )
        return result.stdout.strip()

    # The database

    @property
    def database_url(self) -> str:
        return f"postgresql://vlog@/vlog?host={self._sockets}"

    @property
    def postgres(self) -> int:
        """The process of the private PostgreSQL whose children are all the others."""
        return int((self.data / "postgres/data/postmaster.pid").read_text().splitlines()[0])

    @property
    def _sockets(self) -> str:
        return (self.data / "postgres/data/postmaster.pid").read_text().splitlines()[4]

    def sql(self, text: str):
        subprocess.run(
            ["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--file=-", self.database_url],
            input=text, text=True, check=True, stdout=subprocess.DEVNULL,
        )

    def value(self, query: str) -> str:
        """The one value that a query gives."""
        return subprocess.run(
            ["psql", "--quiet", "--no-psqlrc", "--tuples-only", "--no-align", f"--command={query}", self.database_url],
            check=True, capture_output=True, text=True,
        ).stdout.strip()

    def _end_leftovers(self):
        """Kills what still runs in our folder, or on files of it, such as a PostgreSQL whose `vlog up` was killed."""
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if f"{self.folder}/" in f"{os.readlink(entry / 'cwd')}/ {command}":
                    os.kill(int(entry.name), signal.SIGKILL)


class PublicServer(Server):
    """`vlog server --roles public` beside an installation, on one core: what a peer that is one process is compared with."""

    def __init__(self, installation: Installation, command):
        """`command` puts the program where it shall run; see `on_core`."""
        self.url = f"http://127.0.0.1:{free_port()}"
        environment = {
            "VLOG_DATABASE_URL": installation.database_url,
            "VLOG_STORAGE_PATH": str(installation.storage),
            "VLOG_PUBLIC_PORT": self.url.rsplit(":", 1)[1],
            "VLOG_LOG_LEVEL": "info",
        }
        words = command(installation.binary, "server", "--roles", "public")
        self.process = Process(words, installation.folder / "server.log", environment)
