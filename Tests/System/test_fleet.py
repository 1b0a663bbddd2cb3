"""Runners taken out of service and put back, and videos made anew."""

import subprocess

from installation import BINARY, until
from test_one_machine import probe


def test_a_video_is_made_anew_and_plays_all_the_time(vlog, clips):
    vlog.run("upload", str(clips["small"]), "--title", "Made anew", "--wait")
    master = vlog.public + "/videos/made-anew/master.m3u8"
    before = probe(master)
    vlog.run("retranscode", "made-anew", "--codecs", "h264")
    again = vlog.run("retranscode", "made-anew", check=False)
    assert again.returncode == 1 and "Cancel that first." in again.stderr

    def is_done() -> bool:
        assert vlog.get(master)[0] == 200
        video = vlog.json("show", "made-anew")
        assert video["status"] == "ready"
        return video["progress"]["job_state"] == "completed"

    until(is_done, 120, "the new version")
    assert b"-g2/" in vlog.get(master)[2]
    after = probe(master)
    packets = [[stream["nb_read_packets"] for stream in facts["streams"]] for facts in (before, after)]
    assert packets[0] == packets[1]
    assert vlog.json("show", "made-anew")["progress"]["encoder"] == "libx264"


def test_a_drained_runner_gets_nothing_until_that_is_taken_back(vlog, clips):
    vlog.run("worker", "drain", "this-machine")
    vlog.run("upload", str(clips["small"]), "--title", "Kept waiting")
    progress = vlog.json("show", "kept-waiting")["progress"]
    assert progress["waiting_reason"] == "none_taking"
    assert "worker list" in progress["waiting"]
    assert "draining" in vlog.run("worker", "list").stdout
    vlog.run("worker", "drain", "this-machine", "--undo")
    until(lambda: vlog.json("show", "kept-waiting")["status"] == "ready", 120, "the video")


def test_a_runner_whose_ffmpeg_is_broken_is_shown_with_the_reason_and_gets_nothing(fresh_vlog, clips):
    vlog = fresh_vlog
    vlog.start("--no-runner")
    broken = vlog.folder / "ffmpeg"
    broken.write_text("#!/bin/sh\necho 'error while loading shared libraries: libavdevice.so.59' >&2\nexit 127\n")
    broken.chmod(0o755)
    key = vlog.run("worker", "register", "broken").stdout.strip()
    runner = subprocess.Popen(
        [BINARY, "runner", "pull", "--server", vlog.worker, "--scratch", str(vlog.folder / "far"), "--health-port", "0"],
        env=vlog.environment | {"VLOG_WORKER_API_KEY": key, "VLOG_FFMPEG": str(broken)}, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=open(vlog.folder / "far.log", "ab"))

    def worker() -> dict:
        return next(item for item in vlog.json("worker", "list")["items"] if item["name"] == "broken")

    until(lambda: worker()["status"] == "quarantined", 60, "the runner's own verdict")
    assert worker()["fault"] == (
        f"{broken} does not work. It said: error while loading shared libraries: libavdevice.so.59")
    assert f"broken: {worker()['fault']}" in vlog.run("worker", "list").stdout
    vlog.run("upload", str(clips["small"]), "--title", "Waits")
    assert vlog.json("show", "waits")["progress"]["waiting_reason"] == "none_taking"
    # Drained, it does not wait until it would look at the machine again.
    vlog.run("worker", "drain", "broken")
    assert runner.wait(60) == 0
    assert vlog.stop() == 0


def test_a_remote_runner_ends_when_it_is_drained_and_is_a_stranger_when_its_key_is_revoked(fresh_vlog):
    vlog = fresh_vlog
    vlog.start("--no-runner")

    def runner(key: str) -> subprocess.Popen:
        return subprocess.Popen(
            [BINARY, "runner", "pull", "--server", vlog.worker, "--scratch", str(vlog.folder / "far"), "--health-port", "0"],
            env=vlog.environment | {"VLOG_WORKER_API_KEY": key}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=open(vlog.folder / "far.log", "ab"))

    def status() -> str:
        return next(item["status"] for item in vlog.json("worker", "list")["items"] if item["name"] == "far")

    first = runner(vlog.run("worker", "register", "far").stdout.strip())
    until(lambda: status() == "online", 60, "the runner")
    vlog.run("worker", "drain", "far")
    assert first.wait(60) == 0

    vlog.run("worker", "drain", "far", "--undo")
    old = vlog.run("worker", "rotate", "far").stdout.strip()
    new = vlog.run("worker", "rotate", "far").stdout.strip()
    assert old != new
    refused = vlog.get(vlog.worker + "/api/worker/jobs/1/files", {"X-API-Key": old})
    assert refused[0] == 401
    assert vlog.get(vlog.worker + "/api/worker/jobs/1/files", {"X-API-Key": new})[0] != 401
    vlog.run("worker", "revoke", "far")
    assert vlog.get(vlog.worker + "/api/worker/jobs/1/files", {"X-API-Key": new})[0] == 401
    assert vlog.stop() == 0
