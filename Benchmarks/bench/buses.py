"""What carries jobs between servers: the database's NOTIFY, and Redis."""

import contextlib
import dataclasses
import json
from collections.abc import Iterator

from bench.figures import Bench
from bench.installation import Installation, get
from bench.processes import until
from bench.redis import Redis

BUSES = ["notify", "redis"]


@contextlib.contextmanager
def installation(bench: Bench, bus: str, *arguments: str) -> Iterator[tuple[Bench, Installation]]:
    """An installation with this bus, in a folder of its own, and the bench in that folder."""
    folder, beside = bench.folder / bus, bench.folder / "redis-server"
    folder.mkdir(mode=0o755)
    bench = dataclasses.replace(bench, folder=folder)
    with contextlib.ExitStack() as stack:
        if bus == "redis":
            # Not in the installation's folder, which kills what is left in it when it ends.
            beside.mkdir()
            arguments = (*arguments, "--redis-url", stack.enter_context(Redis(beside)).url)
        vlog = stack.enter_context(Installation(bench, *arguments))
        if bus == "redis":
            until(lambda: json.loads(get(vlog.admin + "/health")[1]).get("redis") == "ok", 30, "Redis to be used")
        yield bench, vlog
