"""A stand-in for VLog's public and admin servers: serves web/ with the real policy, answers with made-up JSON, and has
a real CMAF stream that can be made to fail in every way (see faults.py). Run it by hand to look at the pages:
`python Tests/Browser/stub_server.py`, then http://127.0.0.1:9100 and :9101 (password: correct horse battery).
"""

import http.server
import json
import mimetypes
import pathlib
import re
import tempfile
import threading
import time
import urllib.parse

from faults import Faults
from sample_stream import growing_playlist, make_stream
from stub_admin import AdminAPI, drain
from stub_state import StubState

WEB = pathlib.Path(__file__).resolve().parents[2] / "web"
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".m4s": "video/iso.segment", ".mp4": "video/mp4", ".jpg": "image/jpeg", ".js": "text/javascript", ".vtt": "text/vtt"}
CHUNK = 8192


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    #: head and body are two writes, and the second would wait for the acknowledgement of the first
    disable_nagle_algorithm = True
    site = "public"

    @property
    def stub(self) -> "StubServer":
        return self.server.stub

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.route("GET")

    do_POST = lambda self: self.route("POST")
    do_PATCH = lambda self: self.route("PATCH")
    do_DELETE = lambda self: self.route("DELETE")

    def route(self, method: str) -> None:
        url = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(url.query))
        self.stub.requests.append((method, self.path))
        fault = self.stub.faults.take(self.path)
        if fault and not fault.spoils:
            return self.misbehave(fault)
        path = urllib.parse.unquote(url.path)
        if path.startswith("/api/"):
            return self.stub.admin_api.answer(self, method, path) if self.site == "admin" else self.public_api(path)
        if match := re.fullmatch(r"/videos/([a-z0-9-]+)/(.+)", path):
            return self.media(*match.groups(), fault)
        if path.startswith("/static/"):
            return self.static(path.removeprefix("/static/"))
        page = "index.html" if path == "/" else "watch.html" if path.startswith("/watch/") and self.site == "public" else None
        return self.static(page) if page else self.error(404, "There is nothing at this address.")

    def misbehave(self, fault) -> None:
        if fault.hang:
            self.stub.faults.stopping.wait(60)
            self.close_connection = True
            return
        drain(self)  # what is left of a body would be read as the next request
        if fault.html:
            return self.send(fault.status, fault.html.encode(), "text/html")
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        self.error(fault.status, fault.detail or f"Made to fail with {fault.status}.", headers=headers)

    def public_api(self, path: str) -> None:
        state = self.stub.state
        if path == "/api/categories":
            return self.json({"items": state.categories, "total": len(state.categories)})
        if path == "/api/videos":
            return self.json(self.listed(state.public))
        slug = path.removeprefix("/api/videos/")
        video = next((video for video in state.public if video["slug"] == slug), None)
        if video is None:
            return self.error(404, "There is no video here.")
        self.json(video | {"dash_url": f"/videos/{slug}/manifest.mpd", "renditions": []})

    def listed(self, videos: list[dict]) -> dict:
        search, category = self.query.get("search", "").lower(), self.query.get("category")
        found = [video for video in videos if search in video["title"].lower()]
        if category:
            found = [video for video in found if video.get("category", {}).get("slug") == category]
        key = {"title": lambda video: video["title"], "duration": lambda video: video["duration"]}
        found.sort(key=key.get(self.query.get("sort"), lambda video: video["published_at"]), reverse=self.query.get("order") == "desc")
        return self.page(found)

    def page(self, found: list[dict]) -> dict:
        limit, offset = int(self.query.get("limit", 50)), int(self.query.get("offset", 0))
        body = {"items": found[offset : offset + limit], "total": len(found)}
        if offset + limit < len(found):
            body["next"] = offset + limit
        return body

    def media(self, slug: str, name: str, fault) -> None:
        folder = self.stub.media / slug if (self.stub.media / slug).is_dir() else self.stub.media
        file = (folder / name).resolve()
        if not file.is_relative_to(self.stub.media) or not file.is_file():
            return self.error(404, "There is no such file.")
        data = file.read_bytes()
        state = self.stub.state
        if slug == "growing" and name.endswith("stream.m3u8"):
            data = growing_playlist(data.decode(), state.growing, state.growing_ended).encode()
        elif slug == "growing" and (match := re.search(r"segment_(\d+)", name)) and int(match[1]) >= state.growing:
            return self.error(404, "Not yet.")
        data = Faults.spoil(data, fault)
        is_playlist = name.endswith(".m3u8")
        headers = {"Cache-Control": "public, max-age=2" if is_playlist else "public, max-age=31536000, immutable", "Accept-Ranges": "bytes"}
        status = 200
        if match := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            first, last = int(match[1]), min(int(match[2] or len(data) - 1), len(data) - 1)
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            data, status = data[first : last + 1], 206
        self.send(status, data, TYPES.get(file.suffix, "application/octet-stream"), headers, cut=bool(fault and fault.truncate), rate=self.stub.faults.rate)

    def static(self, name: str) -> None:
        for folder in (WEB / self.site, WEB / "shared"):
            file = (folder / name).resolve()
            if file.is_relative_to(WEB) and file.is_file():
                kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                return self.send(200, file.read_bytes(), kind, {"Cache-Control": "no-cache"})
        self.error(404, "There is nothing at this address.")

    def json(self, body, status: int = 200, headers: dict | None = None) -> None:
        self.send(status, json.dumps(body).encode(), "application/json", headers)

    def error(self, status: int, detail: str, code: str | None = None, headers: dict | None = None) -> None:
        self.json({"detail": detail, "request_id": "stub-1", **({"code": code} if code else {})}, status, headers)

    def send(self, status, data: bytes, kind: str, headers: dict | None = None, cut: bool = False, rate: int | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), "Content-Security-Policy": POLICY,
                                "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            if cut:
                data = data[: len(data) // 2]
                self.close_connection = True
            self.write(data, rate)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the browser went away, which is its right

    def write(self, data: bytes, rate: int | None) -> None:
        if rate is None:
            self.wfile.write(data)
            return
        for start in range(0, len(data), CHUNK):
            piece = data[start : start + CHUNK]
            self.wfile.write(piece)
            time.sleep(len(piece) / (self.stub.faults.rate or 1 << 30))


class AdminHandler(Handler):
    site = "admin"


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass  # a browser that closes a connection is no fault of a test


class StubServer:
    """Both sites on two free ports. `state`, `faults` and `requests` are for the tests to look into and change."""

    def __init__(self, media: pathlib.Path, public_port: int = 0, admin_port: int = 0):
        self.media = media.resolve()
        self.state = StubState()
        self.faults = Faults()
        self.requests: list[tuple[str, str]] = []
        self.admin_api = AdminAPI(self)
        self._listeners = [Listener(("127.0.0.1", port), handler) for port, handler in ((public_port, Handler), (admin_port, AdminHandler))]
        for listener in self._listeners:
            listener.stub = self
            threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True).start()
        self.public_url, self.admin_url = (f"http://127.0.0.1:{listener.server_port}" for listener in self._listeners)

    def requests_for(self, pattern: str) -> list[str]:
        return [path for _, path in self.requests if re.search(pattern, path)]

    def stop(self) -> None:
        self.faults.stopping.set()
        for listener in self._listeners:
            listener.shutdown()
            listener.server_close()


if __name__ == "__main__":
    from stub_admin import example_videos

    with tempfile.TemporaryDirectory() as folder:
        make_stream(pathlib.Path(folder) / "stream")
        stub = StubServer(pathlib.Path(folder) / "stream", 9100, 9101)
        stub.state.admin = example_videos()
        print(stub.public_url, stub.admin_url, flush=True)
        threading.Event().wait()
