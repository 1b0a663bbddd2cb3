"""The least that a page of the list can cost: a program in C that does nothing but ask and answer (`list_floor.c`)."""

import pathlib
import subprocess

from bench.figures import Bench
from bench.installation import Installation, Server, free_port
from bench.list_peer import COLUMNS, VISIBLE
from bench.processes import Process, on_core

SOURCE = pathlib.Path(__file__).with_suffix(".c")
STATEMENT = f"""
    SELECT {COLUMNS}, (SELECT count(*) FROM videos v WHERE {VISIBLE}) AS total
    FROM videos v LEFT JOIN categories c ON c.id = v.category_id
    WHERE {VISIBLE} ORDER BY v.published_at DESC, v.id DESC LIMIT 50
"""


class ListFloor(Server):
    """Asks PostgreSQL for the same rows over a socket of each connection, and answers with as many bytes."""

    def __init__(self, bench: Bench, vlog: Installation, length: int):
        program = bench.folder / "list-floor"
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libpq"], check=True, capture_output=True, text=True).stdout.split()
        subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-o", program, SOURCE, *flags], check=True)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = on_core(0, program, port, vlog.database_url, STATEMENT, length)
        self.process = Process(command, bench.folder / "floor.log")
