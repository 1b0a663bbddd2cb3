"""What the stub server knows: videos, categories, workers, sessions, as JSON bodies of the real APIs."""

import datetime
import itertools
import queue
import threading

PASSWORD = "correct horse battery"
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def ago(**delta) -> str:
    return (NOW - datetime.timedelta(**delta)).isoformat().replace("+00:00", "Z")


CATEGORIES = [
    {"id": 1, "name": "Travel", "slug": "travel", "description": "On the road", "video_count": 11},
    {"id": 2, "name": "Workshop", "slug": "workshop", "description": "", "video_count": 9},
    {"id": 3, "name": "Talks", "slug": "talks", "description": "Recorded talks", "video_count": 8},
]
TITLES = [
    "Crossing the Alps by bicycle, part one", "How we built the cabin", "Swift on the server: a year later",
    "Night train to Lisbon", "Turning a bowl from green oak", "The small web, and why it matters",
    "A morning in the fish market", "Sharpening plane irons the slow way", "Databases you already have",
]
RENDITIONS = [
    {"quality": quality, "width": width, "height": height, "frame_rate": 25, "bandwidth": rate, "average_bandwidth": rate, "codecs": "avc1.640028,mp4a.40.2"}
    for quality, width, height, rate in [("720p", 1280, 720, 1_900_000), ("480p", 854, 480, 900_000), ("360p", 640, 360, 460_000)]
]


def progress(video_id: int, status: str, **more) -> dict:
    return {"video_id": video_id, "status": status, "percent": 0, "qualities": [], "attempt": 0, **more}


def admin_video(number: int, title: str, status: str = "ready", **more) -> dict:
    slug = more.pop("slug", f"video-{number}")
    body = {
        "id": number, "slug": slug, "title": title, "description": "", "status": status,
        "source": {"filename": f"{slug}.mov", "bytes": 734_003_200, "width": 1920, "height": 1080, "duration": 754.2, "video_codec": "h264", "audio_codec": "aac"},
        "progress": progress(number, status, percent=100 if status == "ready" else 0),
        "renditions": RENDITIONS if status == "ready" else [],
        "published_at": ago(days=number), "created_at": ago(days=number), "updated_at": ago(days=number),
    }
    if status == "ready":
        body |= {"duration": 24.0, "thumbnail_url": f"/videos/{slug}/thumbnail.jpg", "stream_url": f"/videos/{slug}/master.m3u8"}
    return body | more


class StubState:
    """All of it is guarded by one lock; handlers run on threads of their own."""

    def __init__(self, public_count: int = 28):
        self.lock = threading.RLock()
        self.categories = [dict(category) for category in CATEGORIES]
        self.public = [self._public_video(number) for number in range(1, public_count + 1)]
        self.admin: list[dict] = []
        self.workers = [
            {"id": 1, "name": "local", "status": "online", "version": "0.1.0", "accelerators": ["cpu"], "active_jobs": [], "last_seen_at": ago(seconds=4), "created_at": ago(days=3)},
            {"id": 2, "name": "attic", "status": "offline", "version": "0.1.0", "accelerators": ["nvidia", "cpu"], "active_jobs": [], "last_seen_at": ago(hours=5), "created_at": ago(days=30)},
        ]
        self.password = PASSWORD
        self.sessions: set[str] = set()
        self.numbers = itertools.count(100)
        self.uploads: list[dict] = []
        self.listeners: list[queue.Queue] = []
        #: segments of the stream `growing` that are there so far
        self.growing = 12
        self.growing_ended = True

    def _public_video(self, number: int) -> dict:
        slug = f"video-{number}"
        category = self.categories[number % 3] if number % 4 else None
        video = {
            "id": number, "slug": slug, "title": TITLES[number % len(TITLES)] + ("" if number < 10 else f" ({number})"),
            "description": "Filmed over three days in June.\n\nMusic by friends, used with their permission.",
            "duration": 24.0, "width": 1280, "height": 720,
            "thumbnail_url": f"/videos/{slug}/thumbnail.jpg", "stream_url": f"/videos/{slug}/master.m3u8",
            "published_at": ago(hours=number * 7),
        }
        if category:
            video["category"] = {key: category[key] for key in ("id", "name", "slug")}
        return video

    def add_public(self, slug: str, **more) -> None:
        """Publishes one more video, whose stream is the folder of that name, or the sample."""
        video = {"id": 900 + len(self.public), "slug": slug, "stream_url": f"/videos/{slug}/master.m3u8"}
        self.public.append(self.public[0] | video | more)

    def publish(self, body: dict) -> None:
        """Tells everybody who watches, and remembers it with the video."""
        with self.lock:
            for video in self.admin:
                if video["id"] == body["video_id"]:
                    video["progress"] = body
                    video["status"] = body["status"]
                    if body["status"] == "ready":
                        video |= {"duration": 24.0, "renditions": RENDITIONS, "stream_url": f"/videos/{video['slug']}/master.m3u8", "thumbnail_url": f"/videos/{video['slug']}/thumbnail.jpg"}
            for listener in self.listeners:
                listener.put(body)

    def find(self, number: int) -> dict | None:
        return next((video for video in self.admin if video["id"] == number), None)
