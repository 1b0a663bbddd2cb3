"""A Redis of our own on a Unix socket, gone at the end."""

import pathlib

from bench.processes import Process, until


class Redis:
    def __init__(self, folder: pathlib.Path):
        self.socket = folder / "redis.sock"
        command = ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--dir", str(folder), "--save", ""]
        self.process = Process(command, folder / "redis.log")

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def __enter__(self) -> "Redis":
        try:
            until(self.socket.exists, 20, "redis-server")
        except BaseException:
            self.process.stop()
            raise
        return self

    def __exit__(self, *_):
        self.process.stop()
