"""The walking path of the README: start, upload, wait, watch, delete, stop."""

import json
import os
import pathlib
import subprocess

import pytest


def probe(url: str, *entries: str) -> dict:
    output = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-count_packets", "-show_streams", "-show_format", *entries, url],
        check=True, capture_output=True, text=True, timeout=120,
    )
    assert output.stderr == ""
    return json.loads(output.stdout)


def test_start_prints_three_addresses_and_a_password(vlog):
    assert vlog.public in vlog.banner and vlog.admin in vlog.banner and vlog.worker in vlog.banner
    assert vlog.password


def test_an_uploaded_clip_becomes_ready_and_plays_to_its_end(vlog, clips):
    result = vlog.run("upload", str(clips["long"]), "--title", "A walk in the park", "--wait")
    assert "ready" in result.stdout
    shown = vlog.json("show", "a-walk-in-the-park")
    assert shown["status"] == "ready"
    assert [rung["quality"] for rung in shown["renditions"]] == ["360p"]

    listed = json.loads(vlog.get(vlog.public + "/api/videos?search=walk")[2])
    assert [video["slug"] for video in listed["items"]] == ["a-walk-in-the-park"]
    for manifest in ["master.m3u8", "manifest.mpd"]:
        facts = probe(f"{vlog.public}/videos/a-walk-in-the-park/{manifest}")
        packets = {stream["codec_type"]: int(stream["nb_read_packets"]) for stream in facts["streams"]}
        assert packets["video"] == 600
        assert packets["audio"] == pytest.approx(20 * 48000 / 1024, abs=2)
        assert float(facts["format"]["duration"]) == pytest.approx(20, abs=0.1)


def test_json_output_is_one_document(vlog, clips):
    video = vlog.json("upload", str(clips["silent"]), "--title", "No sound at all", "--wait")
    assert video["status"] == "ready"
    codecs = video["renditions"][0]["codecs"]
    assert codecs.startswith("avc1.") and "mp4a" not in codecs


def test_plain_progress_lines_when_not_a_terminal(vlog, clips):
    result = vlog.run("upload", str(clips["small"]), "--wait")
    assert "Uploading: 100%" in result.stderr
    assert "\r" not in result.stderr and "\x1b" not in result.stderr


@pytest.mark.parametrize("name, words", [
    ("garbage", "not a video"),
    ("empty", "empty"),
    ("playlist", "not a video"),
    ("audio", "no picture"),
])
def test_files_that_are_no_videos_are_refused_with_a_sentence(vlog, clips, name, words):
    before = vlog.json("list")["total"]
    result = vlog.run("upload", str(clips[name]), check=False)
    assert result.returncode == 1
    assert words in result.stderr.lower()
    assert vlog.json("list")["total"] == before


def test_a_source_that_is_cut_off_fails_and_says_where(vlog, clips):
    result = vlog.run("upload", str(clips["cut"]), "--title", "Cut off", "--wait", check=False)
    assert result.returncode == 1
    assert "cut off" in result.stderr
    video = vlog.json("show", "cut-off")
    assert video["status"] == "failed"
    assert video["progress"]["error_code"] == "bad_input"


def test_small_and_odd_sources_get_one_rung_of_their_own_size(vlog, clips):
    video = vlog.json("upload", str(clips["odd"]), "--wait")
    assert [(rung["width"], rung["height"]) for rung in video["renditions"]] == [(426, 240)]


def test_deleting_closes_every_address_and_restoring_opens_them(vlog, clips):
    slug = vlog.json("upload", str(clips["small"]), "--title", "Come and go", "--wait")["slug"]
    addresses = [f"/api/videos/{slug}", f"/videos/{slug}/master.m3u8", f"/videos/{slug}/360p/segment_0.m4s",
                 f"/videos/{slug}/thumbnail.jpg"]
    assert [vlog.get(vlog.public + address)[0] for address in addresses] == [200] * 4
    vlog.run("delete", slug)
    assert [vlog.get(vlog.public + address)[0] for address in addresses] == [404] * 4
    video = vlog.json("list", "--deleted")["items"][0]
    vlog.run("restore", str(video["id"]))
    assert [vlog.get(vlog.public + address)[0] for address in addresses] == [200] * 4


def test_a_draft_is_nowhere_on_the_public_side(vlog, clips):
    slug = vlog.json("upload", str(clips["small"]), "--title", "Not yet", "--draft", "--wait")["slug"]
    assert vlog.get(f"{vlog.public}/api/videos/{slug}")[0] == 404
    assert vlog.get(f"{vlog.public}/videos/{slug}/master.m3u8")[0] == 404
    assert slug not in vlog.get(vlog.public + "/api/videos?limit=100")[2].decode()


def test_commands_say_what_is_wrong(vlog, clips):
    unreachable = vlog.run("list", "--admin-url", "http://127.0.0.1:1", check=False)
    assert unreachable.returncode == 69 and "vlog up" in unreachable.stderr
    missing = vlog.run("show", "no-such-video", check=False)
    assert missing.returncode == 1 and "no-such-video" in missing.stderr
    nowhere = vlog.run("upload", "/nonexistent.mp4", check=False)
    assert nowhere.returncode == 1 and "/nonexistent.mp4" in nowhere.stderr
    usage = vlog.run("upload", check=False)
    assert usage.returncode == 64


def test_a_wrong_secret_is_not_allowed(vlog):
    environment = vlog.environment | {"VLOG_ADMIN_API_SECRET": "wrong"}
    from installation import BINARY
    result = subprocess.run([BINARY, "list"], env=environment, capture_output=True, text=True)
    assert result.returncode == 77


def test_doctor_finds_this_machine_fit(vlog):
    result = vlog.run("doctor")
    assert "libx264" in result.stdout and "PostgreSQL" in result.stdout and "MEND" not in result.stdout


def test_help_lists_every_command(vlog):
    text = vlog.run("--help").stdout
    for command in ["up", "server", "runner", "upload", "list", "show", "delete", "restore", "retry", "cancel", "priority",
                    "retranscode", "doctor", "worker"]:
        assert f"  {command} " in text


def test_a_plan_follows_the_options(vlog, clips):
    text = vlog.run("plan", str(clips["hd"]), "--qualities", "240p,480p", "--previews", "2:80x46:3x4", "--codecs", "hevc").stdout
    assert [line.split()[1] for line in text.splitlines() if line.startswith("rung")] == ["480p-hevc:", "240p-hevc:"]
    assert "7 of 80x46 on 1 sheet" in text and "libx265" in text
    for wrong in [["--qualities", "tall"], ["--qualities", "480p,480p"], ["--previews", "0"], ["--codecs", "mpeg2"]]:
        refused = vlog.run("plan", str(clips["hd"]), *wrong, check=False)
        assert refused.returncode == 1 and "VLOG_" in refused.stderr


def test_bound_to_one_core_it_works_for_one(fresh_vlog, clips):
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        fresh_vlog.start()
        plan = fresh_vlog.run("plan", str(clips["hd"])).stdout
    finally:
        os.sched_setaffinity(0, cores)
    assert "-filter_complex_threads 1 -threads 1 " in plan
    threads = [name.read_text() for name in pathlib.Path(f"/proc/{fresh_vlog.process.pid}/task").glob("*/comm")]
    assert len([name for name in threads if name.startswith("NIO-SGLTN")]) == 1


def test_metrics_have_help_and_types(vlog):
    status, headers, body = vlog.get(vlog.admin + "/metrics")
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "# TYPE vlog_http_requests_total counter" in body.decode()


def test_stopping_ends_every_process_and_starting_again_keeps_everything(fresh_vlog, clips):
    fresh_vlog.start()
    fresh_vlog.run("upload", str(clips["small"]), "--title", "Still here", "--wait")
    assert fresh_vlog.stop() == 0
    assert fresh_vlog.processes() == []
    fresh_vlog.start()
    assert "password" not in fresh_vlog.banner
    assert fresh_vlog.json("show", "still-here")["status"] == "ready"
    assert fresh_vlog.stop() == 0


def test_a_start_that_fails_leaves_nothing_running(fresh_vlog):
    fresh_vlog.start("--no-runner")
    database = f"postgresql://vlog@/vlog?host={fresh_vlog.folder}/data/postgres/run"
    newer = "INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, 'of a newer program', '0')"
    subprocess.run(["psql", "-q", "-d", database, "-c", newer], check=True)
    assert fresh_vlog.stop() == 0
    refused = fresh_vlog.run("up", "--no-runner", check=False)
    assert refused.returncode == 1 and "migration 9999" in refused.stderr
    assert fresh_vlog.processes() == []


def test_stopping_in_the_middle_of_a_transcode_is_quick_and_loses_nothing(fresh_vlog, clips):
    from installation import until
    fresh_vlog.start()
    fresh_vlog.run("upload", str(clips["hd"]), "--title", "Interrupted")
    until(lambda: fresh_vlog.json("show", "interrupted")["progress"].get("stage") == "encoding", what="encoding")
    assert fresh_vlog.stop(limit=20) == 0
    assert fresh_vlog.processes() == []
    fresh_vlog.start()
    until(lambda: fresh_vlog.json("show", "interrupted")["status"] == "ready", 180, "the transcode")
    attempts = fresh_vlog.json("show", "interrupted")["progress"]
    assert attempts["attempt"] == 2
    fresh_vlog.stop()


def test_a_taken_port_is_named_and_nothing_stays_behind(vlog, fresh_vlog):
    from installation import BINARY
    port = vlog.admin.rsplit(":", 1)[1]
    free = [f"--{name}-port={url.rsplit(':', 1)[1]}" for name, url in
            [("public", fresh_vlog.public), ("worker", fresh_vlog.worker)]]
    command = [BINARY, "up", *free, f"--admin-port={port}"]
    result = subprocess.run(command, env=fresh_vlog.environment, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    assert f"port {port} is taken" in result.stderr and "--admin-port" in result.stderr
    assert fresh_vlog.processes() == []


def test_a_second_up_in_the_same_folder_is_refused(vlog):
    from installation import BINARY
    result = subprocess.run([BINARY, "up"], env=vlog.environment, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1
    assert "Another `vlog up` is running" in result.stderr
