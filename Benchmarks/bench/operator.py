"""Thousands of TranscodeJobs on a real API server, and beside it the same controller written with kopf.

No node is there: what Kubernetes' own Job controller would do, we say, so that its limits do not hide ours.
"""

import asyncio
import contextlib
import datetime
import statistics
import sys
import time

from bench.figures import Bench, Figure, Limit
from bench.installation import free_port, get
from bench.kubernetes import APIServer, Client, programs
from bench.processes import Process, cpu_seconds, memory, until

PEER = "kopf"


def run(bench: Bench) -> list[Figure | Limit]:
    if programs() is None:
        print("   skipped: KUBEBUILDER_ASSETS names no folder with etcd and kube-apiserver")
        return []
    with APIServer(bench.folder) as server:
        return asyncio.run(measure(bench, server))


async def measure(bench: Bench, server: APIServer) -> list[Figure | Limit]:
    count, peer_count, paced = (300, 100, 100) if bench.quick else (10_000, 1_000, 600)
    async with server.client() as client:
        await client.until_ready()
        await client.define()
        ours, theirs = [], []
        idle = await idle_memory(bench, server, client)
        for number in range(1, bench.rounds + 1):
            ours.append(await throughput(bench, server, client, f"ours-{number}", count, operator))
            print(f"   round {number}, vlog: {ours[-1]}", flush=True)
            theirs.append(await throughput(bench, server, client, f"peer-{number}", peer_count, kopf))
            print(f"   round {number}, {PEER}: {theirs[-1]}", flush=True)
        latencies = await slot_latency(bench, server, client, paced)
        full = await full_memory(bench, server, client, "ours-1", count)
    rates = [sample["rate"] for sample in ours]
    return [
        Figure("operator, TranscodeJobs finished", "per second", rates, PEER, [sample["rate"] for sample in theirs],
               at_least=1),
        Limit("operator, seconds for each of 50 TranscodeJobs", "s", [50 / rate for rate in rates], at_most=1),
        Figure("operator, CPU time per TranscodeJob", "ms", [sample["cpu_ms"] for sample in ours], PEER,
               [sample["cpu_ms"] for sample in theirs]),
        Limit("operator, writes per TranscodeJob", "", [sample["writes"] for sample in ours], at_most=6),
        Limit("operator, from a free slot to the Job, p99", "s", [latencies[int(len(latencies) * 0.99)]], at_most=1),
        Limit("operator, idle memory", "MB", idle, at_most=24 * 1.048576),
        Limit(f"operator, memory with {count} TranscodeJobs and Jobs and {full['pods']} pods", "MB", [full["memory"]],
              at_most=128 * 1.048576),
        Limit(f"operator, ready after a restart with {count} TranscodeJobs and Jobs", "s", [full["ready"]], at_most=10),
    ]


@contextlib.contextmanager
def operator(bench: Bench, server: APIServer, namespace: str):
    port = free_port()
    process = Process([
        str(bench.binary), "operator", "--kubeconfig", str(server.kubeconfig), "--namespace", namespace,
        "--lease-namespace", namespace, "--health-port", str(port),
    ], bench.folder / f"operator-{namespace}.log", {"VLOG_LOG_LEVEL": "warning"})
    process.port = port
    with process:
        yield process


@contextlib.contextmanager
def kopf(bench: Bench, server: APIServer, namespace: str):
    """One process, as ours is, without progress bars and posted events."""
    command = [sys.executable, "-m", "kopf", "run", "--quiet", "--namespace", namespace, "--module", "bench.kopf_peer"]
    with Process(command, bench.folder / f"kopf-{namespace}.log", {"KUBECONFIG": str(server.kubeconfig)}) as process:
        yield process


async def prepare(client: Client, namespace: str, slots: int):
    await client.send("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}})
    await client.send("POST", f"/apis/vlog.dev/v1alpha1/namespaces/{namespace}/vlogworkers", {
        "apiVersion": "vlog.dev/v1alpha1", "kind": "VLogWorker", "metadata": {"name": "cpu"},
        "spec": {"replicas": slots, "image": "vlog:1"},
    })


async def create(client: Client, namespace: str, count: int):
    async def one(number: int):
        await client.send("POST", f"/apis/vlog.dev/v1alpha1/namespaces/{namespace}/transcodejobs", {
            "apiVersion": "vlog.dev/v1alpha1", "kind": "TranscodeJob", "metadata": {"name": f"film-{number:05}"},
            "spec": {"source": {"url": "https://example.com/film.mp4"},
                     "output": {"persistentVolumeClaim": {"claimName": "videos", "path": f"out/{number}"}}},
        })
    await in_turns(one, range(count), 32)


async def in_turns(work, items, at_once: int):
    queue = iter(items)

    async def worker():
        for item in queue:
            await work(item)
    await asyncio.gather(*(worker() for _ in range(at_once)))


def ended() -> dict:
    """The status of a Job that is done, as its controller would write it."""
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    condition = {"status": "True", "reason": "CompletionsReached", "message": "m", "lastProbeTime": now,
                 "lastTransitionTime": now}
    return {"status": {
        "startTime": now, "completionTime": now, "succeeded": 1, "ready": 0, "terminating": 0, "completedIndexes": "0",
        "uncountedTerminatedPods": {},
        "conditions": [{"type": "SuccessCriteriaMet"} | condition, {"type": "Complete"} | condition],
    }}


async def finish(client: Client, namespace: str, name: str):
    await client.send("PATCH", f"/apis/batch/v1/namespaces/{namespace}/jobs/{name}/status", ended(),
                      "application/merge-patch+json")


async def throughput(bench: Bench, server: APIServer, client: Client, namespace: str, count: int, side) -> dict:
    """From the start of the controller to the last TranscodeJob that is done, all of them being there."""
    await prepare(client, namespace, 500)
    await create(client, namespace, count)
    made: list[str] = []
    running = asyncio.Queue()
    done = asyncio.Event()

    async def watch_jobs():
        async for event in client.watch(f"/apis/batch/v1/namespaces/{namespace}/jobs"):
            if event["type"] == "ADDED":
                made.append(event["object"]["metadata"]["ownerReferences"][0]["uid"])
                running.put_nowait(event["object"]["metadata"]["name"])

    async def complete():
        while True:
            await finish(client, namespace, await running.get())

    async def watch_ends():
        succeeded = set()
        async for event in client.watch(f"/apis/vlog.dev/v1alpha1/namespaces/{namespace}/transcodejobs"):
            if event["object"].get("status", {}).get("summary") == "Succeeded":
                succeeded.add(event["object"]["metadata"]["name"])
            if len(succeeded) == count:
                done.set()
                return

    tasks = [asyncio.create_task(work) for work in (watch_jobs(), watch_ends(), *(complete() for _ in range(8)))]
    await asyncio.sleep(1)
    writes = await client.writes()
    start = time.monotonic()
    try:
        with side(bench, server, namespace) as process:
            waiter = asyncio.create_task(done.wait())
            await asyncio.wait([waiter, *tasks[:2]], timeout=1800, return_when=asyncio.FIRST_COMPLETED)
            if not done.is_set():
                for task in tasks:
                    if task.done():
                        task.result()
                raise TimeoutError(f"{namespace}: {len(made)} Jobs made\n{process.log_tail()}")
            seconds = time.monotonic() - start
            cpu = cpu_seconds(process.pid)
            peak = memory(process.pid, "VmHWM")
    finally:
        for task in tasks:
            task.cancel()
    if len(made) != count or len(set(made)) != count:
        raise AssertionError(f"{len(made)} Jobs for {len(set(made))} of {count} TranscodeJobs")
    # One write of each Job's status is ours, who play its controller.
    return {"rate": count / seconds, "cpu_ms": cpu * 1e3 / count, "peak_MB": peak,
            "writes": (await client.writes() - writes) / count - 1}


async def slot_latency(bench: Bench, server: APIServer, client: Client, count: int) -> list[float]:
    """Seconds from a slot that becomes free to the next Job, sorted; twenty a second become free."""
    namespace, slots = "paced", 50
    await prepare(client, namespace, slots)
    await create(client, namespace, count + slots)
    made: list[tuple[float, str]] = []

    async def watch_jobs():
        async for event in client.watch(f"/apis/batch/v1/namespaces/{namespace}/jobs"):
            if event["type"] == "ADDED":
                made.append((time.monotonic(), event["object"]["metadata"]["name"]))

    watcher = asyncio.create_task(watch_jobs())
    await asyncio.sleep(1)
    freed = []
    with operator(bench, server, namespace):
        while len(made) < slots:
            await asyncio.sleep(0.05)
        for number in range(count):
            await finish(client, namespace, made[number][1])
            freed.append(time.monotonic())
            await asyncio.sleep(0.05)
        deadline = time.monotonic() + 30
        while len(made) < count + slots and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
    watcher.cancel()
    if len(made) != count + slots:
        raise AssertionError(f"{len(made)} Jobs for {count + slots} TranscodeJobs")
    return sorted(made[slots + number][0] - at for number, at in enumerate(freed))


def until_ready(process: Process) -> float:
    start = time.monotonic()
    until(lambda: get(f"http://127.0.0.1:{process.port}/readyz")[0] == 200, 120, "the operator")
    return time.monotonic() - start


async def idle_memory(bench: Bench, server: APIServer, client: Client) -> list[float]:
    """Ten times a second for half a minute, so that renewals of the lease are within: they need most of what it holds."""
    await client.send("POST", "/api/v1/namespaces", {"metadata": {"name": "empty"}})
    with operator(bench, server, "empty") as process:
        until_ready(process)
        await asyncio.sleep(10)
        samples = []
        for _ in range(300):
            samples.append(memory(process.pid, "VmRSS"))
            await asyncio.sleep(0.1)
        return samples


async def full_memory(bench: Bench, server: APIServer, client: Client, namespace: str, count: int) -> dict:
    """Of an operator that is started where a thousand pods are besides."""
    pods = min(1000, count)
    jobs = (await client.send("GET", f"/apis/batch/v1/namespaces/{namespace}/jobs?limit={pods}"))["items"]

    async def pod(job: dict):
        template = job["spec"]["template"]
        await client.send("POST", f"/api/v1/namespaces/{namespace}/pods", {
            "metadata": {"name": job["metadata"]["name"] + "-0", "labels": template["metadata"]["labels"]},
            "spec": template["spec"],
        })
    await in_turns(pod, jobs, 16)
    with operator(bench, server, namespace) as process:
        ready = until_ready(process)
        await asyncio.sleep(20)
        return {"memory": memory(process.pid, "VmRSS"), "ready": ready, "pods": pods}
