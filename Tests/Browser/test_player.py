"""The player plays: start, seek, quality, end, keys, resuming."""

import re

import pytest
from playwright.sync_api import expect

from player_page import PlayerPage


@pytest.mark.parametrize("engine", ["mse", "native"])
def test_plays_to_the_end_with_sound_and_picture(watch, engine):
    player = watch(query=f"?engine={engine}")
    assert player.get("engine.kind") == engine
    player.start()
    player.play_to_the_end()
    assert player.get("video.webkitAudioDecodedByteCount") > 10_000
    assert player.get("video.webkitVideoDecodedByteCount") > 100_000
    assert player.time() == pytest.approx(24, abs=0.2)
    expect(player.page.get_by_role("button", name="Play again").first).to_be_visible()


def test_sound_and_picture_begin_together_and_the_first_frame_shows_while_paused(watch):
    player = watch()
    player.wait("video.readyState >= 2")
    assert player.get("video.paused") is True
    assert player.get("video.buffered.start(0)") < 0.1


def test_before_play_only_the_beginning_is_loaded(watch, stub):
    player = watch()
    player.wait("video.readyState >= 3")
    player.page.wait_for_timeout(500)
    assert len(stub.requests_for(r"\dp/segment")) <= 2


def test_sound_is_loaded_beside_the_picture(watch):
    player = watch()
    player.start()
    player.wait("video.buffered.end(0) > 23")
    furthest = {"video": -1, "audio": -1}
    for entry in player.history("append"):
        furthest[entry["kind"]] = entry["sequence"]
        assert abs(furthest["audio"] - furthest["video"]) <= 2 or entry["sequence"] == 12


@pytest.fixture
def watch_after(stub, open_page):
    """Opens the player where an earlier visit has measured so many bits per second."""

    def watch_after(bits_per_second):
        page = open_page(stub.public_url, width=1900, height=1300)
        page.evaluate(f"localStorage.setItem('vlog.throughput', '{bits_per_second}')")
        page.goto(f"{stub.public_url}/watch/video-1")
        return PlayerPage(page)

    return watch_after


def test_goes_up_when_the_line_is_fast(watch_after):
    player = watch_after(100_000)
    player.start()
    player.wait("video.videoWidth === 1280")
    levels = [entry["level"] for entry in player.history("append") if entry["kind"] == "video"]
    assert levels[0] == 0 and levels[-1] == 2


def test_goes_down_before_it_stalls_when_the_line_gets_slow(watch_after, stub):
    stub.faults.rate = 80_000
    player = watch_after(20_000_000)
    player.start()
    player.wait("engine.currentLevel === 0", 30)
    assert player.moves_for(3)
    assert player.history("fatal") == []


def test_never_loads_more_than_the_element_can_show(watch):
    player = watch(width=375, height=800)
    player.start()
    player.wait("video.buffered.length && video.buffered.end(0) > 10")
    assert {entry["level"] for entry in player.history("append")} == {0}


def test_quality_is_chosen_from_the_menu_and_takes_effect_while_playing(watch):
    player = watch()
    player.start()
    page = player.page
    page.get_by_role("button", name="Quality: Auto").click()
    choices = page.get_by_role("menuitemradio").all_inner_texts()
    assert [choice.split("\n")[0] for choice in choices[:3]] == ["720p", "480p", "360p"]
    assert choices[3].startswith("Auto (")
    page.get_by_role("menuitemradio", name="360p").click()
    player.wait("video.videoWidth === 640")
    expect(page.get_by_role("button", name="Quality: 360p")).to_be_visible()
    page.get_by_role("button", name="Quality: 360p").click()
    page.get_by_role("menuitemradio", name="720p").click()
    player.wait("video.videoWidth === 1280")
    assert player.get("video.buffered.length") == 1
    assert player.history("recover") == []


def test_a_seek_within_what_is_buffered_asks_for_nothing(watch, stub):
    player = watch()
    player.start()
    player.wait("video.buffered.end(0) > 23")
    stub.requests.clear()
    player.seek(15)
    player.wait("!video.seeking && video.currentTime > 15")
    assert stub.requests_for("segment") == []


def test_seeks_all_over_the_place_end_where_they_should(watch, stub):
    player = watch()
    player.start()
    for target in [20, 3, 17.7, 9, 22.5, 0.5, 13]:
        player.seek(target)
    player.wait("!video.seeking && video.currentTime > 13.3 && video.currentTime < 15")
    assert len(stub.requests_for(r"\dp/segment")) < 40


def test_a_seek_to_the_last_moment_ends_cleanly_and_playing_again_begins_at_the_start(watch):
    player = watch()
    player.start()
    player.seek(23.95)
    player.wait("video.ended")
    player.page.get_by_role("button", name="Play again").first.click()
    player.wait("!video.ended && video.currentTime > 0.3 && video.currentTime < 5")


def test_thirty_seconds_are_kept_ahead_and_behind_and_no_more(watch, stub):
    stub.state.add_public("long", duration=100)
    player = watch("long")
    player.start()
    player.wait("video.buffered.end(0) >= 30")
    player.page.keyboard.press("k")
    player.page.wait_for_timeout(500)
    assert player.get("video.buffered.end(0) - video.currentTime") < 33
    for target in [25, 50, 75]:
        player.seek(target)
        player.wait(f"!video.seeking && video.buffered.end(video.buffered.length - 1) >= {min(target + 29, 99)}")
    player.wait("video.buffered.start(0) > 35 && video.buffered.start(0) <= 45")


def test_an_event_playlist_grows_and_ends(watch, stub):
    stub.state.add_public("growing", duration=0)
    stub.state.growing, stub.state.growing_ended = 3, False
    player = watch("growing")
    player.wait("video.duration > 5 && video.duration < 7")
    player.start()
    stub.state.growing = 6
    player.wait("video.duration > 11")
    player.get("player.setSpeed(4)")
    player.wait("video.currentTime > 11")
    assert player.get("video.ended") is False
    stub.state.growing, stub.state.growing_ended = 12, True
    player.wait("video.ended", 30)
    assert player.time() == pytest.approx(24, abs=0.3)
    assert player.history("recover") == []


def test_goes_on_where_it_was_left_but_not_within_the_last_seconds(watch):
    player = watch()
    player.start()
    player.seek(12)
    player.wait("!video.seeking && video.currentTime > 12.2")
    player.page.keyboard.press("k")
    player.page.reload()
    player = PlayerPage(player.page)
    player.wait("video.currentTime >= 12 && video.currentTime < 14")
    expect(player.page.get_by_text("Goes on at 0:12")).to_be_visible()
    player.page.get_by_role("button", name="Start over").click()
    player.wait("video.currentTime < 0.2")
    player.seek(21)
    player.page.reload()
    player = PlayerPage(player.page)
    player.wait("video.readyState >= 2")
    assert player.time() < 0.2


def test_a_link_can_name_the_second_to_begin_at(watch):
    player = watch(query="?t=7")
    player.wait("video.readyState >= 2")
    assert player.time() == 7


def test_every_key_of_the_help_sheet_works(watch):
    player = watch()
    player.start()
    keys = player.page.keyboard
    player.wait("video.buffered.end(0) > 23")
    keys.press("k")
    player.wait("video.paused")
    keys.press("5")
    player.wait("Math.abs(video.currentTime - 12) < 0.1")
    keys.press("j")
    player.wait("Math.abs(video.currentTime - 2) < 0.1")
    keys.press("l")
    player.wait("Math.abs(video.currentTime - 12) < 0.1")
    player.page.get_by_role("slider", name="Position").focus()
    keys.press("ArrowRight")
    player.wait("Math.abs(video.currentTime - 17) < 0.1")
    keys.press("ArrowLeft")
    player.wait("Math.abs(video.currentTime - 12) < 0.1")
    keys.press(".")
    player.wait("video.currentTime > 12.02 && video.currentTime < 12.1")
    keys.press("Home")
    player.wait("video.currentTime < 0.2")
    keys.press("m")
    player.wait("video.muted")
    keys.press("m")
    player.wait("!video.muted")
    keys.press(">")
    player.wait("video.playbackRate === 1.25")
    keys.press("<")
    player.wait("video.playbackRate === 1")
    player.page.get_by_role("button", name="Mute").focus()
    keys.press("ArrowDown")
    player.wait("video.volume === 0.95")
    keys.press("ArrowUp")
    player.wait("video.volume === 1")
    keys.press("f")
    player.wait("document.fullscreenElement === player")
    keys.press("f")
    player.wait("document.fullscreenElement === null")
    keys.press("?")
    sheet = player.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    keys.press("Escape")
    expect(sheet).to_be_hidden()


def test_single_letters_can_be_switched_off(watch):
    player = watch()
    player.start()
    keys = player.page.keyboard
    keys.press("?")
    player.page.get_by_label("Single-letter shortcuts").uncheck()
    keys.press("Escape")
    keys.press("m")
    keys.press("k")
    assert player.get("[video.muted, video.paused]") == [False, False]
    player.page.get_by_role("slider", name="Position").focus()
    keys.press(" ")
    player.wait("video.paused")


def test_typing_into_the_search_box_does_not_reach_the_player(watch):
    player = watch()
    player.start()
    player.page.keyboard.press("/")
    player.page.keyboard.type("mjk")
    assert player.get("[video.muted, video.paused]") == [False, False]
    assert player.page.get_by_role("searchbox").input_value() == "mjk"


def test_the_menu_is_used_by_keyboard_alone(watch):
    player = watch()
    player.start()
    page = player.page
    page.get_by_role("button", name="Speed: 1×").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    player.wait("video.playbackRate === 1.25")
    player.wait("document.activeElement.getAttribute('aria-label') === 'Speed: 1.25×'")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (1280, 800)])
def test_menus_lie_within_the_player_and_every_choice_can_be_reached(watch, width, height):
    player = watch(width=width, height=height)
    player.start()
    page = player.page
    for name, last in [("Speed", "2×"), ("Quality", "Auto")]:
        page.get_by_role("button", name=re.compile(f"^{name}")).click()
        outer, menu = (page.locator(selector).bounding_box() for selector in ("vlog-player", f".vp-menu[aria-label={name}]"))
        assert menu["y"] >= outer["y"] and menu["x"] >= outer["x"] and menu["x"] + menu["width"] <= outer["x"] + outer["width"]
        for choice in (page.get_by_role("menuitemradio").first, page.get_by_role("menuitemradio", name=last, exact=False).last):
            choice.scroll_into_view_if_needed()
            choice.click(trial=True)
        page.keyboard.press("Escape")


def test_the_position_is_spoken_in_words(watch):
    player = watch(query="?t=7")
    player.wait("video.readyState >= 2")
    assert player.page.get_by_role("slider", name="Position").get_attribute("aria-valuetext") == "7 seconds of 24 seconds"


def test_controls_go_while_playing_and_come_back(watch):
    player = watch()
    player.start()
    player.page.mouse.move(5, 5)
    player.wait("player.classList.contains('is-idle')", 8)
    player.page.mouse.move(400, 300)
    player.wait("!player.classList.contains('is-idle')")


def test_a_player_taken_from_the_page_asks_for_nothing_more(watch, stub):
    stub.faults.rate = 60_000
    player = watch()
    player.start()
    player.page.evaluate("window.__vlogPlayer.remove()")
    player.page.wait_for_timeout(300)
    stub.requests.clear()
    player.page.wait_for_timeout(1500)
    assert stub.requests == []


def test_a_second_visit_that_plays_from_the_cache_does_not_take_the_line_for_faster(watch_after, stub):
    stub.faults.rate = 250_000
    player = watch_after(1_500_000)
    player.start()
    player.play_past(6, 1)
    estimate = player.get("engine.meter.estimate")
    assert estimate < 3_000_000
    stub.requests.clear()
    player.page.goto(f"{stub.public_url}/watch/video-1?t=0")
    player = PlayerPage(player.page)
    player.start()
    player.wait_for("append")
    player.wait("video.currentTime > 1")
    assert len(stub.requests_for(r"\dp/segment_0")) == 0
    assert player.get("engine.meter.estimate") < 3_000_000
