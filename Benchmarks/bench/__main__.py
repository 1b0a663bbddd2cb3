"""Benchmarks/run: chooses, runs, prints, and keeps the results."""

import argparse
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time
import traceback

from bench import claims, dispatch, events, first_frame, list_videos, media, operator, quality, transcode, upload
from bench.figures import Bench
from bench.machine import describe, load

ALL = {
    "transcode": transcode.run,
    "codecs": transcode.run_codecs,
    "quality": quality.run,
    "media": media.run,
    "list": list_videos.run,
    "upload": upload.run,
    "first-frame": first_frame.run,
    "dispatch": dispatch.run,
    "events": events.run,
    "claims": claims.run,
    "operator": operator.run,
}
ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(ALL)}; all when left out")
    parser.add_argument("--quick", action="store_true",
                        help="small inputs, to see that the scripts work; no figures to quote")
    parser.add_argument("--rounds", type=int, default=3, help="how often each side is measured (3)")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / ".build/bench-results.jsonl",
                        help="file that gets a JSON line per benchmark (.build/bench-results.jsonl)")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()),
                        help="folder on the disk to measure (the system's for temporary files); a folder in it is "
                             "made and removed")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(ALL):
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    return chosen


def main() -> int:
    chosen = arguments()
    binary = pathlib.Path(os.environ.get("VLOG_BINARY", ROOT / ".build/release/vlog")).resolve()
    if not os.access(binary, os.X_OK):
        print(f"no program at {binary}: build it (swift build -c release), or set VLOG_BINARY", file=sys.stderr)
        return 2
    # So that `finally` runs, and no process and no folder is left behind, when somebody ends us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    machine = describe(chosen.work)
    print(", ".join(f"{key} {value}" for key, value in machine.items()))
    failures = 0
    for name in chosen.names or ALL:
        print(f"\n== {name}{' (quick)' if chosen.quick else ''}", flush=True)
        if load() > 0.5:
            print(f"   load average {load():.1f}: something else runs here, which makes these figures noise")
        started, load_before = time.time(), load()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="vlog-bench-", dir=chosen.work))
        folder.chmod(0o755)
        try:
            bench = Bench(binary=binary, folder=folder, clips=clip_folder(), rounds=chosen.rounds, quick=chosen.quick)
            figures = ALL[name](bench)
        except Exception:
            traceback.print_exc()
            failures += 1
            continue
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        for figure in figures:
            print(figure.text, flush=True)
        keep(chosen.out, {
            "benchmark": name, "quick": chosen.quick, "started": round(started), "machine": machine,
            "load_before": load_before, "figures": [figure.as_json for figure in figures],
        })
    return 1 if failures else 0


def clip_folder() -> pathlib.Path:
    return pathlib.Path(os.environ.get("VLOG_BENCH_MEDIA", ROOT / ".build/bench-media"))


def keep(out: pathlib.Path, result: dict):
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("a") as file:
        file.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    sys.exit(main())
