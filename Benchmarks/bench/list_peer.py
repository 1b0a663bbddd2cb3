"""`GET /api/videos` of the Public API as a good engineer writes it with FastAPI and asyncpg: the peer of `list`.

The same query parameters, SQL and JSON. `/api/videos` has a response model, as FastAPI's documentation shows it;
`/api/videos-unchecked` hands plain values to orjson, which is as fast as the framework gets.
"""

import contextlib
import datetime
import enum
import os
from typing import Annotated

import asyncpg
import orjson
from fastapi import FastAPI, Query, Request, Response
from pydantic import BaseModel

VISIBLE = "v.status = 'ready' AND v.deleted_at IS NULL AND v.published_at <= now()"
COLUMNS = """
    v.id, v.slug, v.title, v.description, v.category_id, c.name AS category_name, c.slug AS category_slug,
    COALESCE(v.duration, 0) AS duration, COALESCE(v.width, 0) AS width, COALESCE(v.height, 0) AS height, v.published_at
"""


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI):
    async with asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=8, max_size=8, server_settings={"timezone": "UTC"}
    ) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


class Category(BaseModel):
    id: int
    name: str
    slug: str


class Video(BaseModel):
    id: int
    slug: str
    title: str
    description: str
    category: Category | None
    duration: float
    width: int
    height: int
    thumbnail_url: str
    stream_url: str
    published_at: datetime.datetime


class VideoPage(BaseModel):
    items: list[Video]
    total: int
    next: int | None


class Sort(str, enum.Enum):
    date = "date"
    title = "title"
    duration = "duration"


class Order(str, enum.Enum):
    asc = "asc"
    desc = "desc"


SORTS = {Sort.date: "v.published_at", Sort.title: "lower(v.title)", Sort.duration: "v.duration"}


class Listing(BaseModel):
    search: str | None = None
    category: str | None = None
    sort: Sort = Sort.date
    order: Order | None = None
    limit: int = Query(50, ge=1, le=100)
    offset: int = Query(0, ge=0)


async def page(listing: Listing, pool: asyncpg.Pool) -> tuple[list[asyncpg.Record], int]:
    """Rows of a page, and how many there are over all pages; one round trip unless the page lies behind the end."""
    condition, values = VISIBLE, []
    if listing.category is not None:
        values.append(listing.category)
        condition += f" AND v.category_id = (SELECT id FROM categories WHERE slug = ${len(values)})"
    if listing.search is not None:
        values.append(listing.search)
        condition += f" AND v.search @@ websearch_to_tsquery('simple', ${len(values)})"
    direction = (listing.order or (Order.asc if listing.sort is Sort.title else Order.desc)).value
    count = f"SELECT count(*) AS total FROM videos v WHERE {condition}"
    # A bound limit would be planned for anew each time.
    offset = f"OFFSET {listing.offset}" if listing.offset else ""
    rows = await pool.fetch(
        f"""
        SELECT {COLUMNS}, ({count}) AS total
        FROM videos v LEFT JOIN categories c ON c.id = v.category_id
        WHERE {condition}
        ORDER BY {SORTS[listing.sort]} {direction}, v.id {direction}
        LIMIT {listing.limit} {offset}
        """,
        *values,
    )
    if not rows and listing.offset > 0:
        return rows, await pool.fetchval(count, *values)
    return rows, rows[0]["total"] if rows else 0


def next_offset(listing: Listing, count: int, total: int) -> int | None:
    end = listing.offset + count
    return end if count and end < total else None


@app.get("/api/videos", response_model=VideoPage)
async def videos(listing: Annotated[Listing, Query()], request: Request):
    rows, total = await page(listing, request.app.state.pool)
    items = [
        Video(
            id=row["id"], slug=row["slug"], title=row["title"], description=row["description"],
            category=row["category_id"] and Category(
                id=row["category_id"], name=row["category_name"], slug=row["category_slug"]
            ),
            duration=row["duration"], width=row["width"], height=row["height"],
            thumbnail_url=f"/videos/{row['slug']}/thumbnail.jpg", stream_url=f"/videos/{row['slug']}/master.m3u8",
            published_at=row["published_at"].replace(microsecond=0),
        )
        for row in rows
    ]
    return VideoPage(items=items, total=total, next=next_offset(listing, len(items), total))


@app.get("/api/videos-unchecked")
async def videos_unchecked(listing: Annotated[Listing, Query()], request: Request):
    rows, total = await page(listing, request.app.state.pool)
    items = [
        {
            "id": row["id"], "slug": row["slug"], "title": row["title"], "description": row["description"],
            "category": row["category_id"] and {
                "id": row["category_id"], "name": row["category_name"], "slug": row["category_slug"]
            },
            "duration": row["duration"], "width": row["width"], "height": row["height"],
            "thumbnail_url": f"/videos/{row['slug']}/thumbnail.jpg", "stream_url": f"/videos/{row['slug']}/master.m3u8",
            "published_at": row["published_at"],
        }
        for row in rows
    ]
    body = {"items": items, "total": total, "next": next_offset(listing, len(items), total)}
    options = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
    return Response(orjson.dumps(body, option=options), media_type="application/json")


@app.get("/health")
async def health():
    return {"status": "ok"}
