"""Captions: from the playlist, from files beside the video, and from the browser."""

import re

import pytest
from playwright.sync_api import expect

from pages import assert_accessible, assert_no_markup_came_in
from player_page import PlayerPage
from rich_stream import with_signs

VTT = """WEBVTT

STYLE
::cue { color: red }

NOTE not shown

first
00:00.000 --> 00:12.000 line:5% align:start
{first}

00:12.000 --> 01:00:00.000
second
"""


@pytest.fixture
def watch_rich(watch, stub, rich):
    stub.state.add_public("rich")
    return lambda query="", **options: watch("rich", query, **options)


@pytest.fixture
def watch_beside(watch, stub, media):
    """A video with one caption file beside it, whose first cue has this text."""

    def watch_beside(text="first", language="fr", label="Français", **options):
        (media / "beside.vtt").write_text(VTT.replace("{first}", text))
        caption = {"url": "/videos/beside/beside.vtt", "language": language, "label": label}
        stub.state.add_public("beside", captions=[caption])
        return watch("beside", **options)

    return watch_beside


def shown(player: PlayerPage) -> list[str]:
    return player.page.locator("vlog-player .vp-cue").all_inner_texts()


def wait_for_cue(player: PlayerPage, text: str) -> None:
    player.page.locator("vlog-player .vp-cue", has_text=re.compile(f"^{re.escape(text)}$")).wait_for()


def press_c(player: PlayerPage) -> None:
    player.wait("player.captions.tracks.length > 0")
    player.page.keyboard.press("c")


def choose_captions(player: PlayerPage, name: str) -> None:
    player.page.get_by_role("button", name=re.compile("aptions")).click()
    player.page.get_by_role("group", name="Captions").get_by_role("menuitemradio", name=name).click()


def test_captions_are_off_until_chosen_and_nothing_of_them_is_loaded(watch_rich, stub):
    player = watch_rich()
    player.start()
    expect(player.page.get_by_role("button", name="Sound and captions: English, captions off")).to_be_visible()
    assert shown(player) == [] and stub.requests_for("captions-") == []


def test_captions_of_the_playlist_are_chosen_from_the_menu_and_follow_the_video(watch_rich):
    player = watch_rich("?t=4.2")
    choose_captions(player, "Deutsch")
    wait_for_cue(player, "de 4")
    player.seek(20.5)
    wait_for_cue(player, "de 20")
    player.seek(11.7)
    player.page.locator("vlog-player .vp-cue").wait_for(state="detached")
    choose_captions(player, "English")
    player.seek(10.5)
    wait_for_cue(player, "en 10")
    choose_captions(player, "Off")
    assert shown(player) == []


def choose_sound(player: PlayerPage, name: str) -> None:
    player.page.get_by_role("button", name=re.compile("^Sound and captions")).click()
    player.page.get_by_role("group", name="Sound").get_by_role("menuitemradio", name=name, exact=True).click()


@pytest.fixture
def watch_signs(watch, stub, rich):
    """The rich stream with forced captions in German."""
    stub.state.add_public("signs", stream_url="/videos/rich/signs.m3u8")
    return lambda **options: watch("signs", "?t=4.2", **options)


def test_forced_captions_are_shown_with_the_sound_of_their_language_while_captions_are_off(watch_signs):
    player = watch_signs(locale="de-DE")
    wait_for_cue(player, "sign 4")
    assert player.get("player.querySelector('.vp-captions-layer').lang") == "de"
    expect(player.page.get_by_role("button", name="Sound and captions: Deutsch, captions off")).to_be_visible()
    choose_captions(player, "Deutsch")
    wait_for_cue(player, "de 4")
    assert shown(player) == ["de 4"]
    choose_captions(player, "Off")
    wait_for_cue(player, "sign 4")
    choose_sound(player, "English")
    player.page.locator("vlog-player .vp-cue").wait_for(state="detached")
    choose_sound(player, "Deutsch")
    wait_for_cue(player, "sign 4")


def test_forced_captions_are_no_choice(watch_signs):
    player = watch_signs(locale="de-DE")
    wait_for_cue(player, "sign 4")
    player.page.get_by_role("button", name=re.compile("aptions")).click()
    captions = player.page.get_by_role("group", name="Captions").get_by_role("menuitemradio")
    assert captions.all_inner_texts() == ["Off", "English", "Deutsch"]
    player.page.keyboard.press("Escape")
    player.page.keyboard.press("c")
    wait_for_cue(player, "de 4")
    assert player.get("player.captions.selected.name") == "Deutsch"


@pytest.mark.parametrize(("language", "locale", "is_shown"), [("de", "de-AT", True), ("de", "fr-FR", False), ("und", "fr-FR", True)])
def test_forced_captions_beside_a_sound_of_unknown_language(watch, stub, rich, media, language, locale, is_shown):
    master = (media / "master.m3u8").read_text().replace("#EXT-X-STREAM-INF:", '#EXT-X-STREAM-INF:SUBTITLES="captions",')
    (media / "signs.m3u8").write_text(with_signs(master, language))
    stub.state.add_public("signs", stream_url="/videos/video-1/signs.m3u8")
    player = watch("signs", "?t=4.2", locale=locale)
    if is_shown:
        wait_for_cue(player, "sign 4")
    else:
        player.start()
        assert shown(player) == [] and stub.requests_for("signs/0.vtt") == []
    assert player.page.get_by_role("button", name=re.compile("aptions")).count() == 0


def test_a_cue_that_stands_in_two_segments_is_shown_once(watch_rich, stub):
    player = watch_rich("?t=18.2")
    choose_captions(player, "English")
    wait_for_cue(player, "en 18")
    assert stub.requests_for("captions-en/2") and stub.requests_for("captions-en/3")
    assert shown(player) == ["en across", "en 18"]


def test_the_key_switches_captions_on_in_the_language_last_used_and_off(watch_rich):
    player = watch_rich("?t=4.2", locale="de-DE")
    player.wait("video.readyState >= 2")
    press_c(player)
    wait_for_cue(player, "de 4")
    choose_captions(player, "English")
    press_c(player)
    player.page.locator("vlog-player .vp-cue").wait_for(state="detached")
    press_c(player)
    wait_for_cue(player, "en 4")


def test_captions_and_their_style_are_remembered(watch_rich):
    player = watch_rich("?t=4.2")
    choose_captions(player, "Deutsch")
    wait_for_cue(player, "de 4")
    size = "parseFloat(getComputedStyle(player.querySelector('.vp-cue')).fontSize)"
    before = player.get(size)
    player.page.get_by_role("button", name=re.compile("aptions")).click()
    player.page.get_by_role("menuitem", name="Style…").click()
    dialog = player.page.get_by_role("dialog", name="Caption style")
    dialog.get_by_label("Size").select_option("Very large")
    dialog.get_by_label("Colour").select_option("Yellow")
    player.page.keyboard.press("Escape")
    player.page.reload()
    player = PlayerPage(player.page)
    wait_for_cue(player, "de 4")
    assert player.get(size) == pytest.approx(before * 2, rel=0.05)
    assert player.get("getComputedStyle(player.querySelector('.vp-cue')).color") == "rgb(255, 233, 77)"


@pytest.mark.parametrize("stored", ["[]", "nonsense", '{"size": "constructor", "colour": 7}', "null"])
def test_a_damaged_memory_of_the_style_is_as_none(watch_rich, stored):
    player = watch_rich("?t=4.2")
    player.page.evaluate("(text) => { localStorage.setItem('vlog.captions.style', text); localStorage.setItem('vlog.audio', text); }", stored)
    player.page.reload()
    player = PlayerPage(player.page)
    press_c(player)
    wait_for_cue(player, "en 4")
    assert player.get("player.querySelector('.vp-captions-layer').dataset.size") == "normal"


def test_cues_survive_a_new_media_source_and_the_eviction_of_what_was_played(watch_rich, stub):
    stub.faults.add("480p/segment_3.m4s", corrupt=True)
    stub.faults.add("360p/segment_3.m4s", corrupt=True)
    player = watch_rich()
    press_c(player)
    wait_for_cue(player, "en 0")
    player.start()
    player.wait_for("recover", 30)
    player.wait("video.currentTime > 8.2", 30)
    player.get("video.pause()")
    loaded = len(stub.requests_for("captions-en/0"))
    player.seek(0.5)
    wait_for_cue(player, "en 0")
    assert len(stub.requests_for("captions-en/0")) == loaded == 1


def test_a_segment_of_the_captions_that_is_missing_costs_only_its_own_cues(watch_rich, stub):
    stub.faults.add("captions-en/0.vtt", status=404)
    player = watch_rich("?t=8.3")
    press_c(player)
    wait_for_cue(player, "en 8")
    player.seek(4.5)
    player.wait("!video.seeking")
    assert shown(player) == [] and player.history("fatal") == []


def test_captions_that_cannot_be_had_are_told_and_the_video_plays(watch_beside, stub):
    stub.faults.add("beside.vtt", status=404)
    player = watch_beside()
    player.start()
    press_c(player)
    player.page.get_by_text("The captions “Français” could not be loaded.").wait_for()
    assert player.moves_for(1)


@pytest.mark.parametrize("engine", ["mse", "native"])
def test_a_file_beside_the_video_gives_captions_in_both_engines(watch, stub, watch_beside, engine):
    player = watch_beside()
    player.page.goto(player.page.url + f"?engine={engine}&t=1")
    player = PlayerPage(player.page)
    choose_captions(player, "Français")
    wait_for_cue(player, "first")
    assert player.get("player.querySelector('.vp-captions-layer').lang") == "fr"
    assert player.page.locator(".vp-captions-top .vp-cue").count() == 1, "a cue placed at 5 % belongs to the top"
    player.seek(13)
    wait_for_cue(player, "second")


HOSTILE = [
    "<img src=x onerror=\"window.broken = 1\">",
    "<script>window.broken = 1</script>",
    "<c.vp-failure.button onclick=\"window.broken = 1\">text</c>",
    "<v Eve\" onload=\"window.broken = 1>voice</v>",
    "&lt;img src=x onerror=window.broken=1&gt;",
    "<b><i><svg/onload=window.broken=1></i></b><iframe src=javascript:window.broken=1>",
    "<b>" * 4000 + "deep",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_text_of_a_cue_never_becomes_markup(watch_beside, text):
    player = watch_beside(text, label="<img src=x onerror=window.broken=1>", language="\"><script>")
    press_c(player)
    cue = player.page.locator("vlog-player .vp-cue span").first
    cue.wait_for(state="attached")
    assert cue.evaluate("(span) => [...span.querySelectorAll('*')].filter((node) => !['B', 'I', 'U'].includes(node.tagName) || node.attributes.length > 0).length") == 0
    assert_no_markup_came_in(player.page)


def test_emphasis_and_lines_are_kept(watch_beside):
    player = watch_beside("one <i>two</i>\n<b>three</b> &amp; four")
    press_c(player)
    wait_for_cue(player, "one two\nthree & four")
    assert player.page.locator(".vp-cue i").inner_text() == "two"


def test_tracks_that_the_browser_brings_are_offered_too(watch):
    player = watch(query="?engine=native&t=1")
    player.get("""(() => {
        const track = video.addTextTrack('subtitles', 'In the stream', 'nl');
        track.addCue(new VTTCue(0, 9, 'binnen'));
    })()""")
    choose_captions(player, "In the stream")
    wait_for_cue(player, "binnen")


def test_a_player_without_captions_says_so(watch):
    player = watch()
    player.start()
    player.page.keyboard.press("c")
    player.page.get_by_text("There are no captions").first.wait_for()
    assert player.page.get_by_role("button", name=re.compile("aptions")).count() == 0


def test_the_menu_is_used_by_keyboard_alone_and_speaks(watch_rich):
    player = watch_rich("?t=4.2")
    page = player.page
    button = page.get_by_role("button", name=re.compile("^Sound and captions"))
    button.focus()
    page.keyboard.press("Enter")
    assert page.locator("vlog-player .vp-menu:not([hidden])").aria_snapshot() == """\
- menu "Sound and captions":
  - group "Sound":
    - menuitemradio "English" [checked]
    - menuitemradio "Deutsch"
    - menuitemradio "English 5.1"
  - group "Captions":
    - menuitemradio "Off" [checked]
    - menuitemradio "English"
    - menuitemradio "Deutsch"
    - menuitem "Style…\""""
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_for_cue(player, "en 4")
    assert button.get_attribute("aria-label") == "Sound and captions: English, captions English"
    assert player.get("document.activeElement.getAttribute('aria-haspopup')") == "menu"
    page.locator("[role=status]", has_text="Captions: English").wait_for(state="attached")
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Caption style").wait_for()
    assert_accessible(page)
    page.keyboard.press("Escape")
    assert_accessible(page)


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (1280, 800)])
def test_cues_lie_within_the_picture_and_above_the_controls(watch_rich, width, height):
    player = watch_rich("?t=4.2", width=width, height=height)
    press_c(player)
    wait_for_cue(player, "en 4")
    cue, bar, outer = (player.page.locator(selector).bounding_box() for selector in (".vp-cue span", ".vp-row", "vlog-player"))
    assert cue["y"] + cue["height"] <= bar["y"] and cue["y"] >= outer["y"]
    player.page.get_by_role("button", name=re.compile("aptions")).click()
    menu = player.page.get_by_role("menu", name="Sound and captions").bounding_box()
    assert menu["x"] >= outer["x"] and menu["y"] >= outer["y"] and menu["x"] + menu["width"] <= outer["x"] + outer["width"]
    for choice in player.page.get_by_role("menuitemradio").all():
        choice.click(trial=True)
    player.page.keyboard.press("Escape")
    row = player.page.locator(".vp-row")
    assert row.evaluate("(row) => row.scrollWidth <= row.clientWidth"), "the buttons need more room than there is"
