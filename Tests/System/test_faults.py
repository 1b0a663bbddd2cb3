"""Whatever is killed, and whenever: what was acknowledged is kept, and comes out as if nothing had happened."""

import os
import random
import shutil
import signal
import subprocess
import threading
import time

import pytest

from installation import Installation, until

UPLOADS = 20
KILLS = 9


def upload_until_accepted(vlog, clip, title, stop):
    """What a user does: tries again when it is refused or the connection breaks."""
    while not stop.is_set():
        if vlog.run("upload", str(clip), "--title", title, check=False).returncode == 0:
            return
        time.sleep(0.5)


@pytest.mark.parametrize("seed", [20261123])
def test_no_upload_is_lost_to_kills_at_random_moments(fresh_vlog, clips, seed):
    """Kills the server, its PostgreSQL and its ffmpeg at random moments over twenty uploads."""
    chance = random.Random(seed)
    vlog = fresh_vlog
    vlog.start()
    stop = threading.Event()
    names = ["small", "silent", "odd", "long"]
    work = [(clips[names[n % len(names)]], f"upload number {n}") for n in range(UPLOADS)]
    threads = [threading.Thread(target=lambda part: [upload_until_accepted(vlog, *item, stop) for item in part],
                                args=(work[n::2],)) for n in range(2)]
    for thread in threads:
        thread.start()
    try:
        for kill in range(KILLS):
            time.sleep(chance.uniform(0.5, 5))
            victim = chance.choice(["server", "server", "postgres", "ffmpeg"])
            if victim == "server":
                vlog.kill()
                vlog.start()
            elif victim == "postgres":
                os.kill(vlog.postgres_pid(), signal.SIGKILL)
                until(vlog.is_up, 60, "the server after PostgreSQL was killed")
            else:
                for pid in vlog.processes("ffmpeg"):
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
        for thread in threads:
            thread.join(240)
            assert not thread.is_alive()
    finally:
        stop.set()

    def settled():
        try:
            items = vlog.json("list", "--limit", "100")["items"]
        except AssertionError:
            return None
        done = [video for video in items if video["status"] in ("ready", "failed")]
        return items if len(done) == len(items) else None

    items = until(settled, 400, "all videos to settle")
    titles = {video["title"] for video in items if video["status"] == "ready"}
    failed = [(video["title"], video["progress"]["error"]) for video in items if video["status"] == "failed"]
    assert failed == []
    assert titles == {title for _, title in work}
    for video in items:
        facts = subprocess.run(
            ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0",
             f"{vlog.public}/videos/{video['slug']}/master.m3u8"], capture_output=True, text=True, timeout=60)
        assert facts.returncode == 0 and facts.stderr == ""
        assert float(facts.stdout) == pytest.approx(video["source"]["duration"], abs=0.15)
    # Nothing is left over: a source for each video and no half-uploaded file.
    uploads = vlog.folder / "data/storage/uploads"
    assert sorted(int(path.stem) for path in uploads.iterdir() if path.is_file()) == sorted(v["id"] for v in items)
    until(lambda: not list((uploads / ".incoming").iterdir()), 30, "the sweep of half-uploaded files")
    until(lambda: not [path for path in (vlog.folder / "data/scratch").iterdir() if path.name not in (".lock", "encoders.json")], 30,
          "the sweep of the scratch folder")
    assert vlog.stop() == 0
    assert vlog.processes() == []


def test_a_database_that_is_away_for_ten_seconds_costs_nothing(fresh_vlog, clips):
    vlog = fresh_vlog
    vlog.start()
    vlog.run("upload", str(clips["hd"]), "--title", "Through the gap")
    until(lambda: vlog.json("show", "through-the-gap")["progress"].get("stage") == "encoding", what="encoding")
    postmaster = vlog.postgres_pid()
    family = [postmaster] + [int(pid) for pid in subprocess.run(
        ["pgrep", "-P", str(postmaster)], capture_output=True, text=True).stdout.split()]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(10)
    for pid in family:
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass
    until(lambda: vlog.json("show", "through-the-gap")["status"] == "ready", 240, "the video")
    assert vlog.json("show", "through-the-gap")["progress"]["attempt"] == 1
    assert vlog.stop() == 0


def test_a_remote_runner_that_is_killed_is_replaced_by_another(fresh_vlog, clips):
    vlog = fresh_vlog
    vlog.start("--no-runner", "--lease-seconds=6")
    vlog.run("upload", str(clips["hd"]), "--title", "Passed on")
    waiting = vlog.json("show", "passed-on")["progress"]
    assert waiting["waiting_reason"] == "no_runner"

    from installation import BINARY

    def runner(name):
        key = vlog.run("worker", "register", name).stdout.strip()
        return subprocess.Popen(
            [BINARY, "runner", "pull", "--server", vlog.worker, "--scratch", str(vlog.folder / name), "--health-port", "0"],
            env=vlog.environment | {"VLOG_WORKER_API_KEY": key}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=open(vlog.folder / f"{name}.log", "ab"))

    first = runner("first")
    until(lambda: vlog.json("show", "passed-on")["progress"].get("stage") == "encoding", what="encoding")
    first.kill()
    first.wait()
    second = runner("second")
    until(lambda: vlog.json("show", "passed-on")["status"] == "ready", 240, "the second runner")
    progress = vlog.json("show", "passed-on")["progress"]
    assert progress["attempt"] == 2
    second.send_signal(signal.SIGTERM)
    assert second.wait(20) == 0
    assert {path.name for path in (vlog.folder / "second").iterdir()} - {"encoders.json"} == {".lock"}
    assert vlog.stop() == 0


def test_a_source_that_vanishes_fails_with_a_sentence(fresh_vlog, clips):
    vlog = fresh_vlog
    vlog.start("--no-runner")
    video = vlog.json("upload", str(clips["small"]), "--title", "Gone")
    next((vlog.folder / "data/storage/uploads").glob(f"{video['id']}.*")).unlink()
    vlog.stop()
    vlog.start()
    failed = until(lambda: (v := vlog.json("show", "gone"))["status"] == "failed" and v, 60, "the failure")
    assert "source" in failed["progress"]["error"]
    assert vlog.stop() == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_full_disk_is_told_before_the_bytes_are_taken(fresh_vlog, clips):
    vlog = fresh_vlog
    storage = vlog.folder / "small-disk"
    storage.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(storage)], check=True)
    try:
        vlog.arguments += ["--storage", str(storage)]
        vlog.start()
        big = vlog.folder / "big.mp4"
        shutil.copy(clips["small"], big)
        os.truncate(big, 64 << 20)
        result = vlog.run("upload", str(big), check=False)
        assert result.returncode == 1
        assert "room" in result.stderr.lower() or "space" in result.stderr.lower()
        assert vlog.json("list")["total"] == 0
        assert vlog.stop() == 0
    finally:
        vlog.destroy()
        subprocess.run(["umount", "-l", str(storage)], check=True)


def test_without_ffmpeg_it_says_which_package_to_install(fresh_vlog):
    from installation import BINARY
    environment = fresh_vlog.environment | {"PATH": "/nonexistent"}
    result = subprocess.run([BINARY, "up"], env=environment, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    assert "apt-get install ffmpeg" in result.stderr
