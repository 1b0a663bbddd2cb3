"""A peer that is a FastAPI application: uvicorn with one worker, uvloop and httptools on the first core."""

import sys

from bench.figures import Bench
from bench.installation import Installation, Server, free_port
from bench.processes import Process, on_core


class FastAPIPeer(Server):
    #: Streams that are still open would hold it up.
    stop_limit = 5

    def __init__(self, bench: Bench, vlog: Installation, application: str):
        """`application` is a module of `bench`; it gets the database of `vlog`."""
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = on_core(
            0, sys.executable, "-m", "uvicorn", f"bench.{application}:app", "--host", "127.0.0.1", "--port", port,
            "--workers", "1", "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning",
        )
        self.process = Process(command, bench.folder / "peer.log", {"DATABASE_URL": vlog.database_url})
