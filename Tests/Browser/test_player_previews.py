"""Pictures above the time line."""

import subprocess

import pytest

from player_page import PlayerPage

#: one picture for two seconds, in sheets of four
COLOURS = ["red", "lime", "blue", "yellow", "cyan", "magenta"]
EVERY = 2


@pytest.fixture(scope="session")
def sprites(media):
    folder = media / "previews" / "sprites"
    folder.mkdir(parents=True)
    for sheet in range(2):
        parts = [part for colour in (COLOURS + ["white", "black"])[sheet * 4 : sheet * 4 + 4] for part in ("-f", "lavfi", "-i", f"color={colour}:size=160x90:duration=1:rate=1")]
        tile = "[0][1]hstack[a];[2][3]hstack[b];[a][b]vstack"
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *parts, "-filter_complex", tile, "-frames:v", "1", "-t", "1", str(folder / f"sheet-{sheet}.jpg")], check=True)
    cues = [f"00:{index * EVERY:02}.000 --> 00:{index * EVERY + EVERY:02}.000\nsheet-{index // 4}.jpg#xywh={index % 2 * 160},{index // 2 % 2 * 90},160,90" for index in range(len(COLOURS))]
    (folder / "thumbnails.vtt").write_text("WEBVTT\n\n" + "\n\n".join(cues) + "\n")
    hostile = ["javascript:alert(1)", "/videos/video-1/thumbnail.jpg", "../../video-1/thumbnail.jpg", "http://other.example/x.jpg", "x\"><img src=x onerror=window.broken=1>"]
    (folder / "hostile.vtt").write_text("WEBVTT\n\n" + "\n\n".join(f"00:{at:02}.000 --> 00:{at + 1:02}.000\n{text}#xywh=0,0,160,90" for at, text in enumerate(hostile)) + "\n")
    return folder


@pytest.fixture
def watch_previews(watch, stub, sprites):
    def watch_previews(file="thumbnails.vtt", **options):
        stub.state.add_public("previews", sprites_url=f"/videos/previews/sprites/{file}", stream_url="/videos/video-1/master.m3u8")
        return watch("previews", "?t=1", **options)

    return watch_previews


def hover(player: PlayerPage, second: float) -> None:
    box = player.page.locator(".vp-seek-input").bounding_box()
    player.page.mouse.move(box["x"] + box["width"] * (second + 0.2) / 24, box["y"] + box["height"] / 2)


def colour_above_the_time_line(player: PlayerPage) -> list[int]:
    """What is seen in the middle of the picture, as three sums of red, green and blue: 0 or 1."""
    frame = player.page.locator(".vp-preview-frame")
    frame.wait_for()
    return frame.evaluate("""(frame) => {
        const image = frame.querySelector('img');
        const [outer, inner] = [frame.getBoundingClientRect(), image.getBoundingClientRect()];
        const scale = image.naturalWidth / inner.width;
        const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight });
        const context = canvas.getContext('2d');
        context.drawImage(image, 0, 0);
        const at = [outer.x + outer.width / 2 - inner.x, outer.y + outer.height / 2 - inner.y].map((place) => Math.round(place * scale));
        return [...context.getImageData(...at, 1, 1).data].slice(0, 3).map((value) => Math.round(value / 255));
    }""")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_picture_of_the_place_under_the_pointer_is_shown_within_the_player(watch_previews, width):
    player = watch_previews(width=width)
    for second, colour in [(0.5, [1, 0, 0]), (3, [0, 1, 0]), (5, [0, 0, 1]), (9, [0, 1, 1]), (23, [1, 0, 1])]:
        hover(player, second)
        assert colour_above_the_time_line(player) == colour
        tip, outer = (player.page.locator(selector).bounding_box() for selector in (".vp-seek-tip", "vlog-player"))
        assert tip["x"] >= outer["x"] and tip["y"] >= outer["y"] and tip["x"] + tip["width"] <= outer["x"] + outer["width"]
    assert player.page.locator(".vp-preview-time").inner_text() == "0:23"


def test_pictures_are_asked_for_only_when_wanted_and_once(watch_previews, stub):
    player = watch_previews()
    player.wait("video.readyState >= 2")
    assert stub.requests_for("sprites") == []
    for second in (1, 9, 2, 10, 3):
        hover(player, second)
        colour_above_the_time_line(player)
    assert len(stub.requests_for("thumbnails.vtt")) == 1 and len(stub.requests_for("sheet-")) == 2


def test_a_finger_on_the_time_line_brings_the_picture(watch_previews):
    player = watch_previews(width=390, has_touch=True)
    player.get("(() => { const input = player.querySelector('.vp-seek-input'); input.value = 9; input.dispatchEvent(new Event('input')); })()")
    assert colour_above_the_time_line(player) == [0, 1, 1]
    player.get("player.querySelector('.vp-seek-input').dispatchEvent(new Event('change'))")
    player.wait("!player.querySelector('.vp-seek').classList.contains('is-hovered')")


@pytest.mark.parametrize("fault", [("thumbnails.vtt", {"status": 404}), ("thumbnails.vtt", {"html": "<p>Gone", "status": 200}), ("sheet-", {"status": 404})])
def test_without_them_the_time_alone_is_shown(watch_previews, stub, fault):
    match, how = fault
    stub.faults.add(match, **how)
    player = watch_previews()
    with player.page.expect_response(lambda response: match in response.url):
        hover(player, 5)
    player.wait("player.querySelector('.vp-preview-time').textContent === '0:05'")
    assert not player.page.locator(".vp-preview-frame").is_visible()


def test_pictures_come_from_beside_their_list_and_from_nowhere_else(watch_previews, stub):
    player = watch_previews("hostile.vtt")
    player.wait("video.readyState >= 2")
    hover(player, 0.5)
    player.wait("performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.endsWith('hostile.vtt') && responseEnd > 0)")
    for second in (0.5, 1.5, 2.5, 3.5, 4.5):
        hover(player, second)
        assert not player.page.locator(".vp-preview-frame").is_visible()
    assert player.get("player.querySelector('.vp-preview-frame img').hasAttribute('src')") is False
    assert player.page.evaluate("window.broken") is None
