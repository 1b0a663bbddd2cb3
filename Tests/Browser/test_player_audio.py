"""Several sounds beside one picture: languages and layouts."""

import re

import pytest
from playwright.sync_api import expect

from player_page import PlayerPage
from rich_stream import SOUNDS
from sound_meter import SoundMeter

ENGLISH, GERMAN, SURROUND = (hertz for *_, hertz in SOUNDS)


@pytest.fixture
def watch_rich(watch, stub, rich):
    stub.state.add_public("rich")
    return lambda **options: watch("rich", **options)


def choose_sound(player: PlayerPage, name: str) -> None:
    player.page.get_by_role("button", name=re.compile("^Sound")).click()
    player.page.get_by_role("group", name="Sound").get_by_role("menuitemradio", name=name).click()


@pytest.mark.parametrize(("locale", "expected"), [("en-GB", ENGLISH), ("de-AT", GERMAN), ("fr-FR", GERMAN)])
def test_the_sound_is_in_a_language_of_the_browser_or_else_the_default(watch_rich, locale, expected):
    player = watch_rich(locale=locale)
    player.start()
    SoundMeter(player).wait_for(expected)


def test_another_language_is_heard_within_a_second_at_the_same_place(watch_rich, stub):
    player = watch_rich(locale="en-GB")
    player.start()
    meter = SoundMeter(player)
    meter.wait_for(ENGLISH)
    player.wait("video.buffered.end(0) > 15")
    stub.faults.rate = 1_250_000
    before = player.time()
    choose_sound(player, "Deutsch")
    player.wait_for("audio", 2)
    chosen_at = player.history("audio")[-1]["at"]
    player.wait("engine.history.some((entry) => entry.type === 'append' && entry.kind === 'audio' && entry.level === 1)", 5)
    there_at = next(entry["at"] for entry in player.history("append") if entry["kind"] == "audio" and entry["level"] == 1)
    assert there_at - chosen_at < 1000
    meter.wait_for(GERMAN, 3)
    assert before <= player.time() < before + 5
    assert player.moves_for(3)
    troubles = [entry for kind in ("jump", "nudge", "recover", "skip") for entry in player.history(kind)]
    assert [entry for entry in troubles if entry["at"] > chosen_at] == []


def test_surround_is_offered_where_it_can_be_decoded_and_is_heard(watch_rich):
    player = watch_rich(locale="en-GB")
    player.start()
    player.page.get_by_role("button", name=re.compile("^Sound")).click()
    offered = player.page.get_by_role("group", name="Sound").get_by_role("menuitemradio").all_inner_texts()
    assert [" ".join(text.split()) for text in offered] == ["English", "Deutsch", "English 5.1"]
    player.page.keyboard.press("End")
    player.page.get_by_role("menuitemradio", name="English 5.1").click()
    SoundMeter(player).wait_for(SURROUND)


def test_the_rungs_are_not_doubled_by_the_groups_of_sound(watch_rich):
    player = watch_rich()
    player.wait("engine.levels.length > 0")
    assert player.get("engine.levels.map(({ name }) => name)") == ["360p", "480p"]


def test_the_choice_of_sound_is_remembered(watch_rich):
    player = watch_rich(locale="en-GB")
    player.start()
    choose_sound(player, "Deutsch")
    player.page.reload()
    player = PlayerPage(player.page)
    player.start()
    SoundMeter(player).wait_for(GERMAN)


def test_a_language_that_is_missing_gives_way_to_another(watch_rich, stub):
    stub.faults.add("rich/de/", status=404)
    player = watch_rich(locale="de-DE")
    player.start()
    SoundMeter(player).wait_for(ENGLISH)
    expect(player.page.get_by_role("button", name=re.compile("^Sound.*English"))).to_be_visible()


def test_a_video_with_one_sound_has_no_menu_for_it(watch):
    player = watch()
    player.start()
    assert player.page.get_by_role("button", name=re.compile("^Sound")).count() == 0


def test_several_switches_in_a_row_end_with_the_last(watch_rich):
    player = watch_rich(locale="en-GB")
    player.start()
    meter = SoundMeter(player)
    for name in ("Deutsch", "English 5.1", "Deutsch"):
        choose_sound(player, name)
    meter.wait_for(GERMAN)
    player.seek(15)
    player.wait("!video.seeking && video.currentTime > 15.5")
    meter.wait_for(GERMAN)
