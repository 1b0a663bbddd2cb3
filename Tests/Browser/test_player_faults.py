"""The player goes on when the server, the line or a file does not behave."""

import pytest

from player_page import PlayerPage


def test_three_refusals_in_a_row_are_waited_out(watch, stub):
    stub.faults.add(r"\dp/segment_4", status=503, times=3)
    player = watch()
    player.start()
    player.play_past(11, 2)
    assert [entry["attempt"] for entry in player.history("retry")] == [1, 2, 3]
    assert player.history("skip") == []


def test_the_server_says_when_to_come_back(watch, stub):
    stub.faults.add(r"\dp/segment_4", status=429, times=1, retry_after=3)
    player = watch()
    player.start()
    assert player.wait_for("retry")[0]["delay"] == 3


def test_a_connection_that_falls_silent_is_given_up_and_tried_again(watch, stub):
    stub.faults.add(r"\dp/segment_3", hang=True, times=1)
    player = watch()
    player.start()
    player.play_past(9, 1.5)
    assert "no answer" in player.history("retry")[0]["reason"]


def test_a_segment_that_is_missing_is_taken_from_another_rung(watch, stub):
    stub.faults.add("480p/segment_2.m4s", status=404)
    player = watch()
    player.start()
    player.load_all()
    player.play_past(9)
    levels = {entry["sequence"]: entry["level"] for entry in player.history("append") if entry["kind"] == "video"}
    assert (levels[1], levels[2]) == (1, 0)
    assert player.history("skip") == []


def test_a_rung_without_its_playlist_is_left_out(watch, stub):
    stub.faults.add("480p/stream.m3u8", status=404)
    player = watch()
    player.start()
    player.load_all()
    player.play_past(9)
    assert len(stub.requests_for("480p/stream.m3u8")) == 1
    assert 1 not in {entry["level"] for entry in player.history("append") if entry["kind"] == "video"}


def test_a_video_of_which_no_rung_has_a_playlist_is_told_to_be_missing(watch, stub):
    stub.faults.add(r"\dp/stream.m3u8", status=404)
    player = watch()
    player.page.get_by_role("alert").filter(has_text="This video is not here any more").wait_for()


def test_a_segment_that_is_missing_everywhere_is_skipped_with_a_word(watch, stub):
    stub.faults.add(r"\dp/segment_2.m4s", status=404)
    player = watch()
    player.start()
    player.wait("video.currentTime > 6.5", 20)
    assert [entry["sequence"] for entry in player.history("skip")] == [2]
    assert player.history("jump")
    player.play_to_the_end()


@pytest.mark.parametrize("how", ["garble", "truncate"])
def test_a_damaged_segment_is_asked_for_again_then_taken_from_another_rung(watch, stub, how):
    stub.faults.add("480p/segment_2.m4s", **{how: True})
    player = watch()
    player.start()
    player.load_all()
    player.play_past(9)
    assert len(stub.requests_for("480p/segment_2.m4s")) == 2
    levels = {entry["sequence"]: entry["level"] for entry in player.history("append") if entry["kind"] == "video"}
    assert levels[2] == 0
    assert player.history("fatal") == []


def test_a_segment_damaged_once_costs_nothing(watch, stub):
    stub.faults.add("480p/segment_2.m4s", garble=True, times=1)
    player = watch()
    player.start()
    player.load_all()
    player.play_past(9)
    assert {entry["level"] for entry in player.history("append") if entry["kind"] == "video"} == {1}


def test_what_the_browser_cannot_decode_is_left_out_on_a_fresh_media_source(watch, stub):
    stub.faults.add("480p/segment_2.m4s", corrupt=True)
    player = watch()
    player.start()
    player.wait_for("recover")
    player.play_to_the_end(4, 60)
    assert player.get("video.error") is None


@pytest.mark.parametrize("times", [1, 3, 12])
def test_a_full_buffer_neither_loops_nor_loses_a_segment(watch, stub, times):
    player = watch()
    player.page.evaluate(f"""() => {{
        const append = SourceBuffer.prototype.appendBuffer;
        let left = {times};
        SourceBuffer.prototype.appendBuffer = function (bytes) {{
            if (left-- > 0) throw new DOMException('made to be full', 'QuotaExceededError');
            return append.call(this, bytes);
        }};
    }}""")
    player.start()
    player.play_to_the_end(4, 60)
    assert player.history("quota")
    assert player.history("skip") == []
    assert len(stub.requests_for("segment")) < 60


def test_a_server_that_is_gone_is_told_and_play_goes_on_from_there_afterwards(watch, stub):
    player = watch()
    player.start()
    player.wait("video.buffered.end(0) > 20")
    # Only what was not loaded yet can fail: a new page, beginning in the middle.
    stub.faults.add("/segment_", status=403)
    player.page.goto(f"{stub.public_url}/watch/video-2?t=9")
    player = PlayerPage(player.page)
    alert = player.page.get_by_role("alert").filter(has_text="may not be played")
    alert.wait_for()
    stub.faults.clear()
    alert.get_by_role("button", name="Try again").click()
    player.wait("video.currentTime > 9.3 && !video.paused")


def test_offline_pauses_the_retries(watch, stub):
    player = watch()
    player.page.context.set_offline(True)
    player.page.get_by_role("button", name="Play", exact=True).first.click()
    player.page.wait_for_timeout(1500)
    assert player.history("fatal") == []
    player.page.context.set_offline(False)
    player.wait("video.currentTime > 3", 20)


def test_native_play_starts_again_after_an_error(watch, stub):
    stub.faults.add(r"\dp/segment_3", status=503, times=2)
    player = watch(query="?engine=native")
    player.page.get_by_role("button", name="Play", exact=True).first.click()
    player.wait("video.currentTime > 1", 40)
    player.play_to_the_end(4, 60)


def test_a_frozen_picture_is_nudged_then_jumped(open_page, stub):
    page = open_page(f"{stub.public_url}/")
    actions = page.evaluate("""async () => {
        const { StallWatchdog } = await import('/static/player/engine/stall-watchdog.js');
        const watchdog = new StallWatchdog();
        const actions = [];
        let time = 5;
        for (let now = 0; now < 12; now += 0.25) {
            const state = { now, time, paused: false, seeking: false, ended: false, complete: false, ranges: [[0, 9], [12, 20]] };
            const { action, to } = watchdog.observe(state, () => false);
            if (action === 'none') continue;
            actions.push(action);
            if (action === 'jump') break;
            time = 5; // the nudge did not help
        }
        return actions;
    }""")
    assert actions == ["nudge", "nudge", "nudge", "jump"]
