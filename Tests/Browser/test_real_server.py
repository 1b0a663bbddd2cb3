"""The whole way on a real server: upload through the page, see it being processed, watch it to the end.

VLOG_BINARY names the program."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import pytest
from playwright.sync_api import expect

from pages import sign_in
from player_page import PlayerPage, wait_until

sys.path.append(str(pathlib.Path(__file__).parent.parent / "System"))
from installation import Installation

pytestmark = pytest.mark.skipif("VLOG_BINARY" not in os.environ, reason="VLOG_BINARY is not set")


@pytest.fixture
def vlog():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vlog-test-", dir="/tmp"))
    folder.chmod(0o755)
    installation = Installation(folder)
    try:
        installation.start()
        yield installation
        assert installation.stop() == 0
    finally:
        installation.destroy()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def clip(tmp_path):
    # Five segments, so that there are some left to switch in.
    path = tmp_path / "harbour.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=30:duration=30",
         "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=30", "-c:v", "libx264", "-preset",
         "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)], check=True)
    return path


def test_a_clip_is_uploaded_processed_and_watched_to_the_end_with_a_quality_switch(vlog, clip, open_page):
    title = "Boats in the harbour"
    admin = open_page(vlog.admin)
    sign_in(admin, vlog.password)
    admin.get_by_label("Choose videos").set_input_files(clip)
    admin.get_by_label(f"Title of {clip.name}").fill(title)
    row = admin.locator(".video").filter(has=admin.get_by_role("heading", name=title))
    row.wait_for(timeout=120_000)

    # Progress moves, live: several different states are seen without a reload.
    seen: list[str] = []

    def is_ready() -> bool:
        text = row.inner_text()
        if match := re.search(r"(Waiting|Fetching|Looking|Encoding|Storing|Finishing|Publishing)[^\n]*", text):
            if not seen or seen[-1] != match[0]:
                seen.append(match[0])
        assert "Failed" not in text, text
        return "Published" in text

    wait_until(is_ready, "the video to be ready", 600, lambda: seen)
    assert len(seen) >= 2, seen

    page = open_page(vlog.public, width=1900, height=1300)
    page.get_by_role("searchbox").fill(title)
    page.get_by_role("link", name=title).click()
    player = PlayerPage(page)
    player.wait("engine.levels.length >= 2")
    if player.get("video.paused"):
        player.start()
    player.wait("video.currentTime > 0.5")
    assert player.get("engine.kind") == "mse"
    lowest, highest = player.get("[engine.levels[0].name, engine.levels.at(-1).name]")
    for name in (lowest, highest):
        # The controls hide while nothing moves over the picture.
        page.mouse.move(400 + int(name.removesuffix("p")) % 100, 400)
        page.get_by_role("button", name=re.compile("^Quality")).click()
        page.get_by_role("menuitemradio", name=re.compile(f"^{name}")).click()
        player.wait(f"engine.currentLevel >= 0 && engine.levels[engine.currentLevel].name === '{name}'", 30)
        height = int(name.removesuffix("p"))
        player.wait(f"Math.min(video.videoWidth, video.videoHeight) === {height}")
    player.wait("video.ended", player.get("video.duration") + 60)
    assert player.get("video.webkitAudioDecodedByteCount") > 10_000
    assert player.history("fatal") == player.history("skip") == player.history("recover") == []

    row.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="This video is not here")).to_be_visible()
