"""The upload of a file of 4 GB against `cp` of it, both until the bytes are on the disk; and the server's memory."""

import os
import pathlib
import shutil
import time

from bench.clips import clip
from bench.figures import Bench, Figure, Limit
from bench.installation import Installation
from bench.machine import disk
from bench.processes import cpu_seconds, measure, memory, reset_peak

PEER = "cp"
CHUNK = 4 << 20


def run(bench: Bench) -> list[Figure | Limit]:
    size = (200 if bench.quick else 4000) * 10**6
    if disk(bench.folder) in {"tmpfs", "ramfs", "overlayfs"}:
        raise RuntimeError(f"{bench.folder} is on a {disk(bench.folder)}; name a folder on a disk with --work")
    needed = 2 * size + (4 << 30)
    if (free := shutil.disk_usage(bench.folder).free) < needed:
        raise RuntimeError(f"{bench.folder} has {free / 1e9:.1f} GB free, and {needed / 1e9:.1f} GB are needed")
    source = bench.folder / "large.mp4"
    pad(clip(bench, "h264-1080p", 4), source, size)
    with Installation(bench, "--no-runner") as vlog:
        def upload() -> dict[str, float]:
            settle()
            reset_peak(vlog.process.pid)
            baseline, cpu = memory(vlog.process.pid, "VmRSS"), cpu_seconds(vlog.process.pid)
            start = time.monotonic()
            video = vlog.upload(source, "large")
            wall = time.monotonic() - start
            peak, cpu = memory(vlog.process.pid, "VmHWM"), cpu_seconds(vlog.process.pid) - cpu
            (vlog.storage / "uploads" / f"{video['id']}.mp4").unlink()
            return {"MB_per_s": size / 1e6 / wall, "wall_s": wall, "cpu_s_per_GB": cpu / (size / 1e9),
                    "peak_MB": peak, "growth_MB": peak - baseline}

        def copy() -> dict[str, float]:
            settle()
            target = bench.folder / "copy.mp4"
            start = time.monotonic()
            command = 'cp --reflink=never "$0" "$1" && sync "$1"'
            usage = measure(["sh", "-c", command, str(source), str(target)], bench.folder / "cp.log")
            wall = time.monotonic() - start
            target.unlink()
            return {"MB_per_s": size / 1e6 / wall, "wall_s": wall, "cpu_s_per_GB": usage.cpu / (size / 1e9)}

        # Memory that becomes page cache for the first time costs more than memory that was page cache before.
        copy()
        upload()
        samples = bench.alternate({"vlog": upload, PEER: copy})
    ours = samples["vlog"]
    return [
        Figure.of(samples, "MB_per_s", "upload", "MB/s", PEER, at_least=0.7),
        Limit("upload, server's memory at its peak", "MB", [sample["peak_MB"] for sample in ours], at_most=200),
        Limit("upload, growth of it", "MB", [sample["growth_MB"] for sample in ours]),
        Limit("upload, server's work", "CPU s/GB", [sample["cpu_s_per_GB"] for sample in ours]),
    ]


def settle():
    """Nothing of the round before is left to be written."""
    os.sync()


def pad(small: pathlib.Path, large: pathlib.Path, size: int):
    """The clip with a `free` box behind it that makes it as large as asked, of bytes that are not zero."""
    shutil.copyfile(small, large)
    noise = os.urandom(CHUNK)
    with large.open("ab") as file:
        left = size - file.tell()
        # Size 1 says that the real one follows in 64 bits.
        file.write((1).to_bytes(4) + b"free" + left.to_bytes(8))
        left -= 16
        while left > 0:
            left -= file.write(noise[:min(left, CHUNK)])
        file.flush()
        os.fsync(file.fileno())
