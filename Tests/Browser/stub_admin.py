"""The Admin API of the stub."""

import json
import queue
import re
import secrets

from stub_state import StubState, admin_video, ago, progress

MOST_BYTES = 50 << 20


class AdminAPI:
    def __init__(self, stub):
        self.stub = stub

    @property
    def state(self) -> StubState:
        return self.stub.state

    def answer(self, handler, method: str, path: str) -> None:
        if (method, path) == ("POST", "/api/auth/login"):
            return self.login(handler)
        cookie = re.search(r"vlog_session=(\w+)", handler.headers.get("Cookie", ""))
        if not cookie or cookie[1] not in self.state.sessions:
            drain(handler)
            return handler.error(401, "Sign in first.", "unauthorized")
        if method != "GET" and handler.headers.get("X-CSRF-Token") != f"csrf-{cookie[1]}":
            drain(handler)
            return handler.error(403, "The CSRF token is missing or wrong.", "csrf")
        for pattern, verb, action in self.routes():
            if verb == method and (match := re.fullmatch(pattern, path)):
                return action(handler, *match.groups())
        handler.error(404, "There is nothing at this address.")

    def routes(self):
        return [
            ("/api/auth/session", "GET", self.session),
            ("/api/auth/logout", "POST", self.logout),
            ("/api/auth/password", "POST", self.change_password),
            ("/api/videos", "GET", self.list),
            ("/api/videos", "POST", self.upload),
            (r"/api/videos/(\d+)", "GET", self.show),
            (r"/api/videos/(\d+)", "PATCH", self.edit),
            (r"/api/videos/(\d+)", "DELETE", self.delete),
            (r"/api/videos/(\d+)/restore", "POST", self.restore),
            (r"/api/videos/(\d+)/retry", "POST", self.retry),
            (r"/api/videos/(\d+)/cancel", "POST", self.cancel),
            ("/api/categories", "GET", self.categories),
            ("/api/categories", "POST", self.create_category),
            (r"/api/categories/(\d+)", "PATCH", self.edit_category),
            (r"/api/categories/(\d+)", "DELETE", self.delete_category),
            ("/api/workers", "GET", self.workers),
            ("/api/events/progress", "GET", self.events),
        ]

    def login(self, handler) -> None:
        if body(handler).get("password") != self.state.password:
            return handler.error(401, "The password is wrong.", "wrong_password")
        token = secrets.token_hex(8)
        self.state.sessions.add(token)
        handler.json(session_body(token), headers={"Set-Cookie": f"vlog_session={token}; Path=/; HttpOnly; SameSite=Strict"})

    def session(self, handler) -> None:
        handler.json(session_body(re.search(r"vlog_session=(\w+)", handler.headers["Cookie"])[1]))

    def logout(self, handler) -> None:
        self.state.sessions.clear()
        handler.send(204, b"", "application/json")

    def change_password(self, handler) -> None:
        change = body(handler)
        if change["current"] != self.state.password:
            return handler.error(403, "current: is not the password.", "wrong_password")
        self.state.password = change["new"]
        self.session(handler)

    def list(self, handler) -> None:
        asked = handler.query
        wants_deleted = asked.get("deleted") == "true"
        found = [video for video in self.state.admin if ("deleted_at" in video) == wants_deleted]
        if status := asked.get("status"):
            found = [video for video in found if video["status"] == status]
        if search := asked.get("search"):
            found = [video for video in found if search.lower() in video["title"].lower()]
        found.sort(key=lambda video: video["created_at"], reverse=True)
        handler.json(handler.page(found))

    def upload(self, handler) -> None:
        length = int(handler.headers["Content-Length"])
        if length > MOST_BYTES:
            handler.close_connection = True
            return handler.error(413, "The file is larger than the 50 MiB that are allowed.", "too_large")
        data = drain(handler, self.stub.faults)
        fields = {}
        boundary = re.search("boundary=(.+)", handler.headers["Content-Type"])[1].encode()
        for part in data.split(b"--" + boundary)[1:-1]:
            head, _, value = part.partition(b"\r\n\r\n")
            name, filename = re.search(rb'name="(\w+)"(?:; filename="([^"]*)")?', head).groups()
            fields[name.decode()] = value.removesuffix(b"\r\n").decode() if filename is None else filename.decode()
        if not fields["file"].endswith((".mp4", ".mov", ".mkv")):
            return handler.error(415, f'file: "{fields["file"]}" is not a video by its extension. These are taken: mp4, mov, mkv.', "extension")
        number = next(self.state.numbers)
        title = fields.get("title") or fields["file"].rsplit(".", 1)[0]
        video = admin_video(number, title, "pending", description=fields.get("description", ""), created_at=ago())
        video["source"] |= {"filename": fields["file"], "bytes": length}
        video["progress"] = progress(number, "pending", waiting_reason="starting", waiting="A runner will start on it in a moment.")
        if fields.get("published") == "false":
            del video["published_at"]
        self.state.admin.append(video)
        self.state.uploads.append(fields)
        handler.json(video, 201)

    def show(self, handler, number) -> None:
        if video := self.state.find(int(number)):
            return handler.json(video)
        handler.error(404, "There is no video of this number.")

    def edit(self, handler, number) -> None:
        video, change = self.state.find(int(number)), body(handler)
        if not change.get("title", video["title"]).strip():
            return handler.error(400, "title: must not be empty.")
        video |= {key: change[key] for key in ("title", "description") if key in change}
        if "category_id" in change:
            video.pop("category", None)
            if category := next((item for item in self.state.categories if item["id"] == change["category_id"]), None):
                video["category"] = {key: category[key] for key in ("id", "name", "slug")}
        if change.get("published") is False:
            video.pop("published_at", None)
        elif change.get("published"):
            video.setdefault("published_at", ago())
        handler.json(video)

    def delete(self, handler, number) -> None:
        self.state.find(int(number))["deleted_at"] = ago()
        handler.send(204, b"", "application/json")

    def restore(self, handler, number) -> None:
        drain(handler)
        video = self.state.find(int(number))
        del video["deleted_at"]
        handler.json(video)

    def retry(self, handler, number) -> None:
        drain(handler)
        video = self.state.find(int(number))
        video["status"] = "pending"
        video["progress"] = progress(int(number), "pending", waiting_reason="in_queue", waiting="2 jobs before it.")
        handler.json(video)

    def cancel(self, handler, number) -> None:
        drain(handler)
        video = self.state.find(int(number))
        video["status"] = "failed"
        sentence = "Somebody cancelled it. Retry starts it again."
        video["progress"] = progress(int(number), "failed", job_state="cancelled", error_code="cancelled", error=sentence)
        handler.json(video)

    def categories(self, handler) -> None:
        handler.json({"items": self.state.categories, "total": len(self.state.categories)})

    def create_category(self, handler) -> None:
        change = body(handler)
        if any(category["name"] == change["name"] for category in self.state.categories):
            return handler.error(409, f"There is a category named “{change['name']}” already.", "conflict")
        category = {"id": next(self.state.numbers), "slug": change["name"].lower(), "description": "", "video_count": 0, **change}
        self.state.categories.append(category)
        handler.json(category, 201)

    def edit_category(self, handler, number) -> None:
        category = next(item for item in self.state.categories if item["id"] == int(number))
        category |= body(handler)
        handler.json(category)

    def delete_category(self, handler, number) -> None:
        self.state.categories = [item for item in self.state.categories if item["id"] != int(number)]
        handler.send(204, b"", "application/json")

    def workers(self, handler) -> None:
        handler.json({"items": self.state.workers, "total": len(self.state.workers)})

    def events(self, handler) -> None:
        wanted = {int(number) for number in handler.query["video_ids"].split(",")}
        inbox: queue.Queue = queue.Queue()
        with self.state.lock:
            self.state.listeners.append(inbox)
            known = [video["progress"] for video in self.state.admin if video["id"] in wanted]
        handler.close_connection = True
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Cache-Control", "no-store")
        handler.end_headers()
        try:
            for event in known:
                write_event(handler, event)
            while (event := inbox.get()) is not None:
                if event["video_id"] in wanted:
                    write_event(handler, event)
        except OSError:
            pass  # the page was closed
        finally:
            with self.state.lock:
                self.state.listeners.remove(inbox)


def example_videos() -> list[dict]:
    """A video in each state that a row can show."""
    rungs = [("1080p", 31), ("720p", 58), ("480p", 90), ("360p", 100)]
    running = progress(
        3, "processing", job_id=33, job_state="running", stage="encoding", percent=64.0, attempt=1, worker="local",
        qualities=[{"quality": name, "percent": percent, "segments": 4} for name, percent in rungs],
    )
    failed = progress(
        4, "failed", job_id=34, job_state="failed", attempt=1, error_code="bad_input",
        error="This file ends in the middle: only 12 of 30 seconds can be read. Upload the whole file again.",
        log_tail="[mov,mp4,m4a] stream 0, offset 0x30: partial file\nError while decoding stream #0:0: Invalid data found",
    )
    waiting = progress(5, "pending", job_id=35, job_state="queued", waiting_reason="no_runner", waiting="No runner has been heard of for 4 minutes. Start one, or look at Workers.")
    travel = {"id": 1, "name": "Travel", "slug": "travel"}
    draft = admin_video(2, "How we built the cabin")
    del draft["published_at"]
    return [
        admin_video(5, "Night train to Lisbon", "pending", progress=waiting, created_at=ago(minutes=2)),
        admin_video(3, "Crossing the Alps by bicycle, part one", "processing", progress=running, created_at=ago(minutes=8), category=travel,
                    stream_url="/videos/growing/master.m3u8"),
        admin_video(4, "A morning in the fish market", "failed", progress=failed, created_at=ago(minutes=20)),
        draft,
        admin_video(1, "Swift on the server: a year later", category={"id": 3, "name": "Talks", "slug": "talks"}),
        admin_video(6, "An old test upload", deleted_at=ago(days=1)),
    ]


def write_event(handler, event: dict) -> None:
    handler.wfile.write(f"event: progress\nid: {event['video_id']}\ndata: {json.dumps(event)}\n\n".encode())
    handler.wfile.flush()


def session_body(token: str) -> dict:
    return {"csrf_token": f"csrf-{token}", "expires_at": ago(days=-7)}


def drain(handler, faults=None) -> bytes:
    """Reads the body; at the speed of the line when there is one."""
    left, chunks = int(handler.headers.get("Content-Length") or 0), []
    while left > 0:
        chunk = handler.rfile.read(min(left, 65536))
        if not chunk:
            break
        chunks.append(chunk)
        left -= len(chunk)
        if faults and faults.rate:
            faults.stopping.wait(len(chunk) / faults.rate)
    return b"".join(chunks)


def body(handler) -> dict:
    return json.loads(drain(handler) or b"{}")
