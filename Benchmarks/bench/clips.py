"""Test clips, made once and kept."""

import pathlib
import subprocess

from bench.figures import Bench

MAKE_CLIP = pathlib.Path(__file__).resolve().parents[1] / "make-clip"


def clip(bench: Bench, kind: str, seconds: int) -> pathlib.Path:
    """`h264-1080p` or `hevc-2160p`, see make-clip."""
    file = bench.clips / f"{kind}-{seconds}s.mp4"
    if not file.exists():
        bench.clips.mkdir(parents=True, exist_ok=True)
        print(f"   making {file.name}, once", flush=True)
        unfinished = file.with_suffix(".part")
        subprocess.run([MAKE_CLIP, kind, str(seconds), unfinished], check=True)
        unfinished.rename(file)
    return file
