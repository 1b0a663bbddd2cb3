"""A page of 50 of 2,000 videos: the Public API against FastAPI with asyncpg, and against what is needed at the least, on the same
database, a core each."""

import json

from bench.fastapi_peer import FastAPIPeer
from bench.figures import Bench, Figure, Limit
from bench.installation import Installation, PublicServer, get
from bench.list_floor import ListFloor
from bench.processes import children, cpu_seconds, memory, move_to_core, on_core, tree_cpu_seconds
from bench.rows import insert_ready_videos
from bench.wrk import wrk

PEER = "fastapi"
BARE_PEER = "fastapi with orjson"
FLOOR = "asking and answering, in C"
QUERY = "?limit=50"


def run(bench: Bench) -> list[Figure | Limit]:
    seconds = 2 if bench.quick else 10
    with Installation(bench, "--no-runner") as vlog:
        insert_ready_videos(vlog, 2000)
        with PublicServer(vlog, lambda *words: on_core(0, *words)) as ours, FastAPIPeer(bench, vlog, "list_peer") as peer:
            sides = {
                "vlog": (f"{ours.url}/api/videos{QUERY}", ours.process.pid),
                PEER: (f"{peer.url}/api/videos{QUERY}", peer.process.pid),
                BARE_PEER: (f"{peer.url}/api/videos-unchecked{QUERY}", peer.process.pid),
            }
            refuse_unlike_answers([url for url, _ in sides.values()])
            with ListFloor(bench, vlog, len(get(sides["vlog"][0])[1])) as floor:
                sides[FLOOR] = (floor.url, floor.process.pid)
                for url, _ in sides.values():
                    wrk(url, 1)
                samples = bench.alternate({
                    name: lambda url=url, pid=pid: load(vlog, url, pid, seconds) for name, (url, pid) in sides.items()
                })
    postgres = {name: [sample["postgres_ms"] for sample in samples[name]] for name in ("vlog", PEER)}
    throughput = ("requests_per_s", "list, throughput beside a busy second core", "requests/s")
    per_core = ("requests_per_core_s", "list, requests per core and second", "requests/CPU s")
    return [
        Figure.of(samples, *per_core, PEER, at_least=8),
        Figure.of(samples, *per_core, BARE_PEER),
        Figure.of(samples, *per_core, FLOOR),
        Figure.of(samples, *throughput, PEER),
        Figure.of(samples, *throughput, FLOOR),
        Figure.of(samples, "rss_MB", "list, memory of the server", "MB", PEER, at_most=0.25),
        Figure.of(samples, "own_MB", "list, memory without mapped files", "MB", PEER),
        *(Limit(f"list, PostgreSQL per request of {name}", "CPU ms", values) for name, values in postgres.items()),
    ]


def load(vlog: Installation, url: str, pid: int, seconds: int) -> dict[str, float]:
    postgres = vlog.postgres
    move_to_core(1, [postgres, *children(postgres)])
    before, postgres_before = cpu_seconds(pid), tree_cpu_seconds(postgres)
    result = wrk(url, seconds)
    cpu, postgres_cpu = cpu_seconds(pid) - before, tree_cpu_seconds(postgres) - postgres_before
    return {
        "requests_per_core_s": result.requests / cpu,
        "requests_per_s": result.requests / result.seconds,
        "cpu_share": cpu / result.seconds,
        "median_ms": result.median_ms,
        "postgres_ms": postgres_cpu * 1e3 / result.requests,
        "rss_MB": memory(pid, "VmRSS"),
        "own_MB": memory(pid, "RssAnon"),
    }


def refuse_unlike_answers(urls: list[str]):
    """The same JSON on all sides, or the comparison is worth nothing."""
    answers = [get(url) for url in urls]
    if any(status != 200 for status, _ in answers):
        raise RuntimeError(f"not every side answers: {answers}")
    bodies = [json.loads(body) for _, body in answers]
    for body in bodies:
        if len(body["items"]) != 50 or body["total"] != 2000 or body.get("next") != 50:
            raise RuntimeError(f"not the page that was asked for: {body}")
        # Absent and null are the same to a client.
        body["items"] = [{key: value for key, value in item.items() if value is not None} for item in body["items"]]
    if any(body["items"] != bodies[0]["items"] for body in bodies):
        unlike = [body["items"][0] for body in bodies]
        raise RuntimeError(f"the sides answer differently: {unlike}")
