"""The stream of progress events as a good engineer writes it with FastAPI and asyncpg: the peer of `events`.

What a change costs the database does not depend on how many watch here either: one LISTEN, one query, one text for all.
"""

import asyncio
import contextlib
import json
import os

import asyncpg
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

HEARTBEAT = 15


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI):
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=2, max_size=2) as pool:
        app.state.pool = pool
        app.state.watchers = {}
        async with pool.acquire() as listener:
            await listener.add_listener("vlog_events", lambda *arguments: asyncio.create_task(tell(int(arguments[3]))))
            yield


app = FastAPI(lifespan=lifespan)


async def read(video: int) -> bytes:
    row = await app.state.pool.fetchrow(
        """
        SELECT v.id AS video_id, v.status, j.id AS job_id, j.state AS job_state, j.stage, j.percent, j.attempt
        FROM videos v LEFT JOIN transcoding_jobs j ON j.video_id = v.id WHERE v.id = $1
        """,
        video,
    )
    return b"event: progress\ndata: " + json.dumps(dict(row), separators=(",", ":")).encode() + b"\n\n"


async def tell(video: int):
    if watchers := app.state.watchers.get(video):
        text = await read(video)
        for queue in watchers:
            queue.put_nowait(text)


@app.get("/api/events/progress")
async def progress(video_ids: int):
    async def events():
        queue = asyncio.Queue()
        watchers = app.state.watchers.setdefault(video_ids, set())
        watchers.add(queue)
        try:
            yield await read(video_ids)
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), HEARTBEAT)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            watchers.discard(queue)

    return StreamingResponse(events(), media_type="text/event-stream")


@app.get("/health")
async def health():
    return {"status": "ok"}
