"""Files that are copied into the inbox of `vlog up` become videos: each one, and once."""

import random
import shutil
import time

from installation import until

FILES = 16
KILLS = 5


def lying(inbox):
    """What is neither taken nor refused."""
    return [path for path in inbox.glob("*") if path.is_file()] + list((inbox / ".working").glob("*"))


def test_a_file_in_the_inbox_becomes_ready_and_garbage_is_set_aside_with_the_reason(vlog, clips):
    inbox = vlog.folder / "data/inbox"
    assert str(inbox) in vlog.banner
    shutil.copy(clips["small"], inbox / "From a camera.mp4")
    shutil.copy(clips["garbage"], inbox / "garbage.mp4")
    until(lambda: (inbox / "rejected/garbage.mp4").exists(), what="the refusal")
    assert "not a video" in (inbox / "rejected/garbage.mp4.txt").read_text()
    until(lambda: any(v["title"] == "From a camera" and v["status"] == "ready" for v in vlog.json("list")["items"]),
          120, "the video")
    assert not lying(inbox)


def test_no_dropped_file_is_lost_or_doubled_by_kills_at_random_moments(fresh_vlog, clips):
    vlog = fresh_vlog
    vlog.arguments = ["--no-runner"]
    vlog.start()
    inbox = vlog.folder / "data/inbox"
    chance = random.Random(20261125)
    for kill in range(KILLS):
        for number in range(kill * FILES // KILLS, (kill + 1) * FILES // KILLS):
            shutil.copy(clips["silent"], inbox / f"dropped {number}.mp4")
        # Two seconds of quiet come first; the files are taken one after the other from then on.
        time.sleep(chance.uniform(1.9, 3))
        vlog.kill()
        vlog.start()
    until(lambda: not lying(inbox), 120, "the inbox to be empty")
    titles = sorted(video["title"] for video in vlog.json("list")["items"])
    assert titles == sorted(f"dropped {number}" for number in range(FILES))
    uploads = vlog.folder / "data/storage/uploads"
    assert not list((uploads / ".incoming").iterdir())
    assert not list((inbox / "rejected").iterdir())
