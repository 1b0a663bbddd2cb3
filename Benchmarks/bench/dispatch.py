"""How soon a runner has what was uploaded, and what server and runner take while nothing happens."""

import statistics
import time

from bench.buses import BUSES, installation
from bench.clips import clip
from bench.figures import Bench, Limit
from bench.installation import Installation
from bench.processes import Process, memory, until


def run(bench: Bench) -> list[Limit]:
    return [figure for bus in BUSES for figure in measure(bench, bus)]


def measure(bench: Bench, bus: str) -> list[Limit]:
    uploads = 3 if bench.quick else 20
    source = clip(bench, "h264-1080p", 2)
    with installation(bench, bus, "--no-runner") as (place, vlog):
        scratch = place.folder / "scratch"
        command = [
            str(bench.binary), "runner", "pull", "--server", vlog.worker, "--health-port", "0", "--scratch", str(scratch),
        ]
        with Process(command, place.folder / "runner.log", {"VLOG_WORKER_API_KEY": vlog.register_worker("bench")}) as runner:
            until((scratch / "encoders.json").exists, 120, "the survey of encoders")
            waits = [wait(vlog, source, number) for number in range(uploads)]
            # Both have done something by now; nothing is left to do.
            time.sleep(5)
            idle = {name: (memory(pid, "VmRSS"), memory(pid, "RssAnon"))
                    for name, pid in [("server", vlog.process.pid), ("runner", runner.pid)]}
    for name, (resident, own) in idle.items():
        print(f"   {bus}, idle {name}: {resident:.1f} MB resident, {own:.1f} MB of it not mapped from files", flush=True)
    return [
        Limit(f"{bus}, median time from the upload's commit to its claim", "s", [statistics.median(waits)], at_most=0.1),
        Limit(f"{bus}, time from the upload's commit to its claim", "s", waits),
        Limit(f"{bus}, idle server, resident memory", "MB", [idle["server"][0]]),
        Limit(f"{bus}, idle runner, resident memory", "MB", [idle["runner"][0]]),
    ]


def wait(vlog: Installation, source, number: int) -> float:
    """Seconds by the database's own clock; the runner waits for a job each time."""
    video = vlog.upload(source, f"dispatch {number}")
    vlog.until_ready(video["id"], pause=0.05)
    job = video["progress"]["job_id"]
    return float(vlog.value(f"SELECT extract(epoch FROM started_at - created_at) FROM transcoding_jobs WHERE id = {job}"))
