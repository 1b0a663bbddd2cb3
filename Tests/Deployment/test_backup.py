"""The backup's and the restore's scripts, as the pods run them, on a real PostgreSQL."""

import glob
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

import pytest

from rendering import TRIAL, chart, containers, identity, pod_templates

PROGRAMS = next(iter(sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)), None)

pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="no PostgreSQL is here")


def script_of(owner: str) -> str:
    [template] = [template for document, template in pod_templates(chart(TRIAL)) if identity(document) == owner]
    [container] = containers(template)
    assert container["command"] == ["/bin/sh", "-ceu"]
    assert container["args"][0].count("cd /backups\n") == 1
    return container["args"][0]


class Database:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.backups = folder / "backups"
        self.backups.mkdir()
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        self.port, self.url = port, f"postgres://vlog@127.0.0.1:{port}/vlog"
        # It does not run as root.
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        if self.user:
            shutil.chown(folder, "postgres")

    def program(self, name: str, *arguments: str):
        with open(self.folder / "log", "a") as log:
            subprocess.run([*self.user, f"{PROGRAMS}/{name}", *arguments], cwd=self.folder, check=True, stdout=log, stderr=log, timeout=60)

    def start(self):
        self.program("initdb", "--pgdata=data", "--username=vlog", "--auth=trust", "--no-sync")
        self.program("pg_ctl", "--pgdata=data", "--wait", "start", "-o",
                     f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off")
        self.program("createdb", f"--host={self.folder}", f"--port={self.port}", "--username=vlog", "vlog")

    def stop(self):
        self.program("pg_ctl", "--pgdata=data", "--mode=immediate", "stop")

    def query(self, text: str) -> str:
        return subprocess.run([f"{PROGRAMS}/psql", self.url, "--no-psqlrc", "--tuples-only", "--no-align", "--command", text],
                              capture_output=True, text=True, check=True, timeout=60).stdout.strip()

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess:
        script = script.replace("cd /backups\n", f"cd {self.backups}\n")
        return subprocess.run(["/bin/sh", "-ceu", script], capture_output=True, text=True, timeout=60,
                              env={"PATH": f"{PROGRAMS}:/usr/bin:/bin"} | environment)

    def dump(self, url: str | None = None) -> subprocess.CompletedProcess:
        return self.run(script_of("CronJob/vlog-backup"), VLOG_DATABASE_URL=url or self.url, KEEP="3")

    def restore(self, file: str = "") -> subprocess.CompletedProcess:
        return self.run(script_of("CronJob/vlog-restore"), VLOG_DATABASE_URL=self.url, FILE=file)

    def dumps(self) -> list[str]:
        return sorted(path.name for path in self.backups.iterdir())


@pytest.fixture(scope="module")
def server():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vlog-test-", dir="/tmp"))
    folder.chmod(0o755)
    database = Database(folder)
    try:
        database.start()
        yield database
    finally:
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(server):
    """With one film and no dump."""
    server.query("DROP TABLE IF EXISTS films CASCADE")
    server.query("CREATE TABLE films (id int PRIMARY KEY, title text); INSERT INTO films VALUES (1, 'one')")
    for path in server.backups.iterdir():
        path.unlink()
    return server


def test_what_was_dumped_comes_back(database):
    assert database.dump().returncode == 0
    database.query("INSERT INTO films VALUES (2, 'two'); ALTER TABLE films ADD COLUMN length int")
    result = database.restore()
    assert result.returncode == 0, result.stderr
    assert database.query("SELECT * FROM films") == "1|one"
    # Also when nothing is left.
    database.query("DROP TABLE films")
    assert database.restore().returncode == 0
    assert database.query("SELECT * FROM films") == "1|one"


def test_the_newest_stay(database):
    old = [f"vlog-2026-0{month}-01T03-17-00Z.dump" for month in (1, 2, 3, 4)]
    for name in [*old, "vlog-2026-05-01T03-17-00Z.dump.part"]:
        (database.backups / name).write_text("")
    (database.backups / "notes.txt").write_text("")
    assert database.dump().returncode == 0
    left = database.dumps()
    assert left[:3] == ["notes.txt", *old[2:]] and len(left) == 4


def test_a_dump_that_fails_leaves_nothing_and_removes_nothing(database):
    assert database.dump().returncode == 0
    before = database.dumps()
    result = database.dump("postgres://vlog@127.0.0.1:1/vlog")
    assert result.returncode != 0 and "refused" in result.stderr
    assert [name for name in database.dumps() if not name.endswith(".part")] == before


def test_a_certain_dump_comes_back(database):
    assert database.dump().returncode == 0
    [name] = database.dumps()
    (database.backups / name).rename(database.backups / "vlog-2026-01-01T00-00-00Z.dump")
    database.query("UPDATE films SET title = 'other'")
    assert database.dump().returncode == 0
    assert database.restore("vlog-2026-01-01T00-00-00Z.dump").returncode == 0
    assert database.query("SELECT title FROM films") == "one"
    assert database.restore().returncode == 0
    assert database.query("SELECT title FROM films") == "other"


def test_a_damaged_dump_changes_nothing(database):
    database.query("INSERT INTO films SELECT n, md5(n::text) FROM generate_series(10, 9000) n")
    assert database.dump().returncode == 0
    [path] = database.backups.iterdir()
    path.write_bytes(path.read_bytes()[:path.stat().st_size * 9 // 10])
    database.query("UPDATE films SET title = 'now' WHERE id = 1")
    assert database.restore().returncode != 0
    assert database.query("SELECT title FROM films WHERE id = 1") == "now"


def test_nothing_is_restored_under_a_server_that_runs(database):
    assert database.dump().returncode == 0
    server = subprocess.Popen([f"{PROGRAMS}/psql", database.url, "--no-psqlrc", "--quiet"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    server.stdin.write("SELECT 1;\n")
    server.stdin.flush()
    server.stdout.readline()
    result = database.restore()
    server.communicate()
    assert result.returncode == 1 and "1 sessions use the database; scale the server to 0 first" in result.stderr


def test_without_a_dump_it_says_so(database):
    result = database.restore()
    assert result.returncode == 1 and result.stderr == "error: there is no dump yet\n"
