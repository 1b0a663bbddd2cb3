"""Five thousand streams of progress events: what each takes, and how soon a change has reached all of them."""

import asyncio
import resource
import statistics
import time

import asyncpg
import uvloop

from bench.clips import clip
from bench.fastapi_peer import FastAPIPeer
from bench.figures import Bench, Figure, Limit
from bench.installation import Installation
from bench.processes import cpu_seconds, memory, move_to_core

PEER = "fastapi"


def run(bench: Bench) -> list[Figure | Limit]:
    count, changes = (200, 3) if bench.quick else (5000, 10)
    resource.setrlimit(resource.RLIMIT_NOFILE, [resource.getrlimit(resource.RLIMIT_NOFILE)[1]] * 2)
    with Installation(bench, "--no-runner") as vlog:
        video = vlog.upload(clip(bench, "h264-1080p", 2), "events")["id"]
        move_to_core(1, [vlog.postgres])
        with FastAPIPeer(bench, vlog, "events_peer") as peer:
            request = (f"GET /api/events/progress?video_ids={video} HTTP/1.1\r\nHost: localhost\r\n"
                       f"X-Admin-Secret: {vlog.secret['X-Admin-Secret']}\r\n\r\n").encode()

            def side(url: str, pid: int):
                # Of one that holds no stream yet: what streams took is not given back to the system.
                empty = memory(pid, "VmRSS")
                return lambda: uvloop.run(
                    watch(vlog.database_url, video, port_of(url), pid, empty, request, count, changes)
                )

            samples = bench.alternate({
                "vlog": side(vlog.admin, vlog.process.pid), PEER: side(peer.url, peer.process.pid),
            })
    last = [sample["last_s"] for sample in samples["vlog"]]
    return [
        Limit(f"events, from the commit to the last of {count} streams", "s", last, at_most=1),
        Figure.of(samples, "last_s", f"events, from the commit to the last of {count} streams", "s", PEER),
        Figure.of(samples, "KB_per_stream", "events, memory per stream", "KB", PEER),
        Figure.of(samples, "cpu_us_per_event", "events, CPU time per event and stream", "µs", PEER),
    ]


async def watch(
    database: str, video: int, port: int, pid: int, empty: float, request: bytes, count: int, changes: int
) -> dict:
    streams = [Stream(request) for _ in range(count)]
    loop = asyncio.get_running_loop()
    for start in range(0, count, 100):
        await asyncio.gather(*(loop.create_connection(lambda stream=stream: stream, "127.0.0.1", port)
                               for stream in streams[start:start + 100]))
    for stream in streams:
        await asyncio.wait_for(stream.first, 60)
    grown = memory(pid, "VmRSS") - empty
    connection = await asyncpg.connect(database)
    lasts, cpu = [], cpu_seconds(pid)
    for number in range(1, changes + 1):
        for stream in streams:
            stream.expect(number)
        await connection.execute(
            f"UPDATE transcoding_jobs SET percent = {number} WHERE video_id = {video} "
            "RETURNING pg_notify('vlog_events', video_id::text)"
        )
        committed = time.monotonic()
        lasts.append(max(await asyncio.wait_for(asyncio.gather(*(stream.arrived for stream in streams)), 60)) - committed)
    cpu = cpu_seconds(pid) - cpu
    await connection.close()
    for stream in streams:
        stream.transport.close()
    await asyncio.sleep(2)
    return {
        "last_s": statistics.median(lasts), "worst_s": max(lasts), "KB_per_stream": grown * 1e3 / count,
        "cpu_us_per_event": cpu * 1e6 / (count * changes),
    }


class Stream(asyncio.Protocol):
    def __init__(self, request: bytes):
        self.request = request
        self.first = asyncio.get_running_loop().create_future()
        self.arrived = self.first
        self.wanted = b"data: "

    def expect(self, percent: int):
        self.wanted = b'"percent":%d' % percent
        self.arrived = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport):
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes):
        if self.wanted in data and not self.arrived.done():
            self.arrived.set_result(time.monotonic())

    def connection_lost(self, error: Exception | None):
        if not self.arrived.done():
            self.arrived.set_exception(error or EOFError("the server closed a stream"))


def port_of(url: str) -> int:
    return int(url.rsplit(":", 1)[1])
