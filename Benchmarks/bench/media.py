"""A segment of a video over loopback: the Public API against nginx with sendfile, the same file, a core each."""

import os
import pathlib
import shutil

from bench.figures import Bench, Figure
from bench.installation import Installation, PublicServer, Server, free_port
from bench.processes import Process, children, cpu_seconds, on_core
from bench.rows import insert_ready_videos
from bench.wrk import wrk

PEER = "nginx"
SEGMENT_BYTES = 1_500_000
PATH = "videos/a-video-about-something-1/1080p/segment_0.m4s"


def run(bench: Bench) -> list[Figure]:
    seconds = 2 if bench.quick else 10
    with Installation(bench, "--no-runner") as vlog:
        insert_ready_videos(vlog, 1)
        segment = vlog.storage / PATH
        segment.parent.mkdir(parents=True)
        segment.write_bytes(os.urandom(SEGMENT_BYTES))
        with PublicServer(vlog, lambda *words: on_core(0, *words)) as ours, Nginx(bench.folder, vlog.storage) as nginx:
            sides = {
                "vlog": lambda: load(f"{ours.url}/{PATH}", ours.process.pid, seconds),
                PEER: lambda: load(f"{nginx.url}/{PATH}", nginx.worker, seconds),
            }
            for warm_up in sides.values():
                warm_up()
            samples = bench.alternate(sides)
    return [
        Figure.of(samples, "requests_per_s", "media, throughput", "requests/s", PEER, at_least=0.7),
        Figure.of(samples, "MB_per_s", "media, bytes", "MB/s", PEER),
        Figure.of(samples, "cpu_s_per_GB", "media, server's work", "CPU s/GB", PEER),
    ]


def load(url: str, pid: int, seconds: int) -> dict[str, float]:
    before = cpu_seconds(pid)
    result = wrk(url, seconds)
    cpu = cpu_seconds(pid) - before
    sent = result.requests * SEGMENT_BYTES
    return {
        "requests_per_s": result.requests / result.seconds,
        "MB_per_s": sent / 1e6 / result.seconds,
        "cpu_s_per_GB": cpu / (sent / 1e9),
        "cpu_share": cpu / result.seconds,
    }


class Nginx(Server):
    """One worker on the first core, which serves the storage tree as files."""

    def __init__(self, folder: pathlib.Path, root: pathlib.Path):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        home = folder / "nginx"
        home.mkdir()
        configuration = home / "nginx.conf"
        configuration.write_text(f"""
            daemon off;
            {'user root;' if os.getuid() == 0 else ''}
            worker_processes 1;
            pid {home}/pid;
            error_log stderr;
            events {{ worker_connections 1024; }}
            http {{
                access_log off;
                sendfile on;
                tcp_nopush on;
                keepalive_requests 1000000;
                types {{ video/iso.segment m4s; }}
                client_body_temp_path {home}/body;
                proxy_temp_path {home}/proxy;
                fastcgi_temp_path {home}/fastcgi;
                uwsgi_temp_path {home}/uwsgi;
                scgi_temp_path {home}/scgi;
                server {{
                    listen 127.0.0.1:{port};
                    root {root};
                    location = /health {{ return 200; }}
                    location /videos/ {{ add_header Cache-Control "public, max-age=31536000, immutable"; }}
                }}
            }}
        """)
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        if not program:
            raise RuntimeError("nginx is not installed (Debian package nginx-light)")
        command = on_core(0, program, "-p", home, "-c", configuration)
        self.process = Process(command, home / "log")

    @property
    def worker(self) -> int:
        return children(self.process.pid)[0]
