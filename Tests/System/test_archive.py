"""Results that come as one archive: the same as those that come segment by segment, whatever is killed meanwhile."""

import os
import pathlib
import signal
import subprocess
import time

from installation import BINARY, until
from test_one_machine import probe


def start_runner(vlog, name: str, *arguments: str, **environment: str) -> subprocess.Popen:
    key = vlog.run("worker", "register", name).stdout.strip()
    return subprocess.Popen(
        [BINARY, "runner", "pull", "--server", vlog.worker, "--scratch", str(vlog.folder / name), "--health-port", "0",
         *arguments],
        env=vlog.environment | {"VLOG_WORKER_API_KEY": key} | environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=open(vlog.folder / f"{name}.log", "ab"))


def end(runner: subprocess.Popen):
    runner.send_signal(signal.SIGTERM)
    assert runner.wait(20) == 0


def tree(vlog, slug: str) -> dict[str, bytes]:
    folder = vlog.folder / "data/storage/videos" / slug
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def segments(vlog, slug: str) -> list[pathlib.Path]:
    return list((vlog.folder / "data/storage/videos" / slug).glob("*/segment_*"))


def is_ready(vlog, slug: str) -> bool:
    video = vlog.json("show", slug)
    assert video["status"] != "failed", video["progress"]
    return video["status"] == "ready"


def test_both_ways_of_upload_publish_the_same_files(fresh_vlog, clips):
    vlog = fresh_vlog
    vlog.start("--no-runner")
    for slug, environment in [("one-by-one", {}), ("in-one-piece", {"VLOG_UPLOAD_MODE": "archive"})]:
        runner = start_runner(vlog, slug, **environment)
        vlog.run("upload", str(clips["long"]), "--title", slug.replace("-", " ").capitalize(), "--wait")
        end(runner)
    one, other = tree(vlog, "one-by-one"), tree(vlog, "in-one-piece")
    assert len(one) > 10 and one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    assert probe(f"{vlog.public}/videos/in-one-piece/master.m3u8")
    log = vlog.log.read_text()
    assert log.count("archive received") == 1
    received = next(line for line in log.splitlines() if "archive received" in line)
    assert f"files={len(other)} " in received
    refused = subprocess.run([BINARY, "runner", "pull", "--server", vlog.worker, "--upload", "pigeon"], capture_output=True,
                             text=True, env=vlog.environment | {"VLOG_WORKER_API_KEY": "x"})
    assert refused.returncode == 1 and "segments and archive" in refused.stderr
    assert vlog.stop() == 0


def test_an_archive_that_is_cut_by_a_kill_is_finished_by_the_next_runner(fresh_vlog, clips):
    vlog = fresh_vlog
    vlog.start("--no-runner", "--lease-seconds=6")
    first = start_runner(vlog, "first", "--upload", "archive")
    vlog.run("upload", str(clips["hd"]), "--title", "Cut")
    wait_for_segments(vlog, "cut")
    first.kill()
    first.wait()
    kept = {path: path.stat().st_ino for path in segments(vlog, "cut")}
    assert kept and not is_ready(vlog, "cut")
    second = start_runner(vlog, "second", "--upload", "archive")
    until(lambda: is_ready(vlog, "cut"), 180, "the video")
    assert vlog.json("show", "cut")["progress"]["attempt"] == 2
    # What had arrived was not sent again.
    assert {path: path.stat().st_ino for path in kept} == kept
    assert all("/." not in name for name in tree(vlog, "cut"))
    assert probe(f"{vlog.public}/videos/cut/master.m3u8")
    end(second)
    assert vlog.stop() == 0


def test_an_archive_that_is_cut_by_the_server_is_sent_on(fresh_vlog, clips):
    vlog = fresh_vlog
    vlog.start("--no-runner")
    runner = start_runner(vlog, "runner", "--upload", "archive")
    vlog.run("upload", str(clips["hd"]), "--title", "Sent on")
    wait_for_segments(vlog, "sent-on")
    vlog.kill()
    kept = {path: path.stat().st_ino for path in segments(vlog, "sent-on")}
    vlog.start("--no-runner")
    until(lambda: is_ready(vlog, "sent-on"), 180, "the video")
    assert vlog.json("show", "sent-on")["progress"]["attempt"] == 1
    assert sum(path.stat().st_ino == inode for path, inode in kept.items()) >= len(kept) - 1
    assert probe(f"{vlog.public}/videos/sent-on/master.m3u8")
    end(runner)
    assert vlog.stop() == 0


def wait_for_segments(vlog, slug: str):
    """Until the first files of an archive have arrived; looks so often that the archive is not at its end."""
    deadline = time.monotonic() + 120
    while len(segments(vlog, slug)) < 3:
        assert time.monotonic() < deadline, vlog.log_tail()
        time.sleep(0.001)
