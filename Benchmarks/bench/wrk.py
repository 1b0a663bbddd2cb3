"""The load tool: HTTP requests over some connections for some time."""

import dataclasses
import re
import subprocess

from bench.processes import on_core

UNITS = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}


@dataclasses.dataclass(frozen=True)
class Load:
    requests: int
    seconds: float
    #: Read, heads included.
    bytes: float
    median_ms: float


def wrk(url: str, seconds: int, connections: int = 8) -> Load:
    """On the second core; the server has the first."""
    command = on_core(1, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "--latency", url)
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in text or "Socket errors" in text:
        raise RuntimeError(f"{url} did not always answer 200:\n{text}")
    total = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m), ([\d.]+)(B|KB|MB|GB|TB) read", text)
    median = re.search(r"50%\s+([\d.]+)(us|ms|s)", text)
    if not total or not median:
        raise RuntimeError(f"wrk said something unknown:\n{text}")
    return Load(
        requests=int(total[1]),
        seconds=float(total[2]) * {"ms": 1e-3, "s": 1, "m": 60}[total[3]],
        bytes=float(total[4]) * UNITS[total[5]],
        median_ms=float(median[1]) * {"us": 1e-3, "ms": 1, "s": 1e3}[median[2]],
    )
