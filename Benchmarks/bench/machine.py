"""The machine that the figures are of."""

import os
import pathlib
import re
import subprocess


def describe(work: pathlib.Path) -> dict[str, str]:
    kilobytes = int(first(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text()))
    return {
        "cores": str(len(os.sched_getaffinity(0))),
        "cpu": first(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text()),
        "memory": f"{kilobytes >> 20} GiB",
        "kernel": os.uname().release,
        "system": first(r'PRETTY_NAME="(.+)"', pathlib.Path("/etc/os-release").read_text()),
        "ffmpeg": first(r"version (\S+)", output("ffmpeg", "-version")),
        "disk": disk(work),
    }


def load() -> float:
    """Load average of the last minute."""
    return os.getloadavg()[0]


def disk(folder: pathlib.Path) -> str:
    """The type of the file system of a folder."""
    return output("stat", "--file-system", "--format=%T", str(folder)).strip()


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def first(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match[1].strip() if match else "unknown"
