"""The player under what browsers and servers impose: hidden tabs, refused sound, addresses that run out, sources that
are managed by the device, other timestamps, other codecs."""

import pytest
from playwright.sync_api import expect

from player_page import PlayerPage, wait_until

HIDE = """(isHidden) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (isHidden ? 'hidden' : 'visible') });
    document.dispatchEvent(new Event('visibilitychange'));
}"""

#: a source that is there under its managed name only, and asks for data when the test says so
ONLY_MANAGED = """
    window.ManagedMediaSource = class extends MediaSource {
        streaming = false;
        constructor() { super(); window.managed = this; }
        say(type) { this.streaming = type === 'startstreaming'; this.dispatchEvent(new Event(type)); }
    };
    delete window.MediaSource;
"""

#: tells what became of each attempt to play, without touching the page: that would count as a gesture
TELL_PLAY = """
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
        const asked = play.call(this);
        asked.then(() => console.log('play allowed', this.muted), (error) => console.log('play refused', error.name));
        return asked;
    };
"""


def video_levels(player: PlayerPage) -> list[int]:
    return [entry["level"] for entry in player.history("append") if entry["kind"] == "video"]


def test_a_hidden_tab_keeps_the_sound_and_loads_the_lowest_picture_until_it_is_seen_again(watch, stub):
    stub.faults.rate = 600_000
    player = watch()
    player.start()
    player.wait("engine.currentLevel >= 1")
    player.page.evaluate(HIDE, True)
    hidden_at = player.get("performance.now()")
    loads = f"engine.history.filter(({{ type, kind, at }}) => type === 'load' && kind === 'video' && at > {hidden_at})"
    player.wait(f"{loads}.length >= 2")
    assert set(player.get(f"{loads}.map(({{ level }}) => level)")) == {0}
    sound = player.get("video.webkitAudioDecodedByteCount")
    assert player.moves_for(1) and player.get("video.webkitAudioDecodedByteCount") > sound
    player.page.evaluate(HIDE, False)
    assert player.wait_for("seen again")[0]["level"] >= 1
    player.wait(f"{loads}.at(-1).level >= 1")
    assert player.moves_for(1)


@pytest.fixture
def arrive_by_a_click(stub, open_page):
    """Opens a video as from the site's own list, in a browser that has not been clicked in."""

    def arrive_by_a_click():
        page = open_page("about:blank")
        page.add_init_script(TELL_PLAY)
        heard = []
        page.on("console", lambda message: heard.append(message.text) if message.text.startswith("play ") else None)
        page.goto(f"{stub.public_url}/watch/video-1", referer=f"{stub.public_url}/")
        wait_until(lambda: page.wait_for_timeout(50) or "play allowed true" in heard, "play to be allowed without sound", explain=lambda: heard)
        assert heard == ["play refused NotAllowedError", "play allowed true"]
        return PlayerPage(page)

    return arrive_by_a_click


def test_where_sound_is_refused_play_begins_in_silence_with_an_offer(arrive_by_a_click):
    player = arrive_by_a_click()
    player.wait("video.currentTime > 0.3 && !video.paused && video.muted")
    assert player.page.get_by_role("alert").count() == 0
    player.page.get_by_role("button", name="Turn on sound").click()
    player.wait("!video.muted && video.volume === 1 && !video.paused")
    expect(player.page.get_by_role("button", name="Turn on sound")).to_be_hidden()


def test_silence_that_the_browser_imposed_is_not_remembered_as_the_viewers_choice(arrive_by_a_click):
    player = arrive_by_a_click()
    player.page.keyboard.press("m")
    player.wait("!video.muted")
    expect(player.page.get_by_role("button", name="Turn on sound")).to_be_hidden()
    player.wait("localStorage.getItem('vlog.volume') === '1'")


@pytest.mark.parametrize("status", [401, 403])
def test_an_address_that_runs_out_while_playing_is_renewed_and_play_goes_on(watch, stub, status):
    stub.faults.add(r"/videos/video-1/\w+/segment_([3-9]|1\d)", status=status)
    player = watch()
    stub.state.public[0]["stream_url"] = "/videos/renewed/master.m3u8"
    player.start()
    player.play_past(9, 2)
    assert len(player.history("renew")) == 1
    assert player.history("recover") == player.history("fatal") == player.history("skip") == []
    assert stub.requests_for("/videos/renewed/.*segment_4")
    expect(player.page.get_by_role("alert")).to_be_hidden()


def test_an_address_that_is_refused_from_the_start_is_asked_for_once_more(watch, stub):
    stub.faults.add("/videos/video-1/master", status=403)
    player = watch()
    player.page.get_by_role("alert").filter(has_text="may not be played").wait_for()
    assert len(stub.requests_for("/videos/video-1/master")) == 2, "the same address is tried once more, and not for ever"


def test_a_new_address_that_is_refused_too_ends_in_a_message(watch, stub):
    stub.faults.add(r"/videos/video-1/\w+/segment_([3-9]|1\d)", status=403)
    stub.faults.add("/videos/renewed/.*segment", status=403)
    player = watch()
    stub.state.public[0]["stream_url"] = "/videos/renewed/master.m3u8"
    player.start()
    player.page.get_by_role("alert").filter(has_text="may not be played").wait_for()
    assert len(stub.requests_for("/api/videos/video-1$")) == 2


def test_a_managed_source_is_used_where_it_is_the_only_one_and_loads_when_asked(stub, open_page):
    page = open_page("about:blank")
    page.add_init_script(ONLY_MANAGED)
    page.goto(f"{stub.public_url}/watch/video-1?engine=mse")
    player = PlayerPage(page)
    player.wait("window.managed?.readyState === 'open' && video.disableRemotePlayback")
    player.page.wait_for_timeout(500)
    assert stub.requests_for(r"\dp/segment") == []
    stub.faults.rate = 300_000
    player.get("managed.say('startstreaming')")
    player.start()
    count = "engine.history.filter(({{ type }}) => type === '{}').length"
    player.wait(f"{count.format('append')} >= 4")
    player.get("managed.say('endstreaming')")
    player.wait(f"{count.format('append')} === {count.format('load')}")
    player.get("video.pause()")
    loaded = len(stub.requests_for("segment"))
    player.page.wait_for_timeout(700)
    assert len(stub.requests_for("segment")) == loaded and player.get("video.buffered.end(0)") < 20
    stub.faults.rate = None
    player.get("managed.say('startstreaming')")
    player.get("video.play()")
    player.play_to_the_end()


def test_media_whose_timestamps_begin_later_begin_at_0_with_sound_picture_and_captions_together(watch, stub, rich):
    stub.state.add_public("late")
    player = watch("late")
    player.start()
    assert player.get("engine.timeline.offset") == -1.4
    first = {entry["kind"]: entry["start"] for entry in reversed(player.history("append")) if entry["sequence"] == 0}
    assert abs(first["video"] - first["audio"]) < 0.045 + 0.08, "the picture is 0.08 s later, by its reordered frames"
    assert 0 <= first["audio"] < 0.045 and player.get("video.duration") == pytest.approx(24, abs=0.1)
    player.page.keyboard.press("c")
    player.seek(10.6)
    player.page.locator("vlog-player .vp-cue", has_text="en 10").wait_for()
    player.play_to_the_end()
    assert player.time() == pytest.approx(24, abs=0.2)


def test_a_taller_rung_in_another_codec_is_gone_over_to_and_back(watch, stub, rich):
    stub.state.add_public("codecs")
    player = watch("codecs")
    player.start()
    for level, width in [(1, 854), (0, 640), (1, 854)]:
        player.get(f"player.setQuality({level})")
        player.wait(f"video.videoWidth === {width}")
    assert {"avc1", "vp09"} <= {entry["family"] for entry in player.history("codec")}
    player.play_to_the_end()
    assert player.history("recover") == player.history("fatal") == []


def test_in_a_video_that_still_grows_one_stays_three_segments_from_its_end(watch, stub):
    stub.state.add_public("growing", duration=0)
    stub.state.growing, stub.state.growing_ended = 8, False
    player = watch("growing")
    player.start()
    player.wait("video.duration > 15")
    player.page.get_by_role("slider", name="Position").focus()
    player.page.keyboard.press("End")
    player.wait("!video.seeking && video.currentTime > 9")
    assert player.time() < 12
    assert player.moves_for(2)
    stub.state.growing, stub.state.growing_ended = 12, True
    player.wait("video.duration > 23")
    player.page.keyboard.press("End")
    player.wait("video.ended")


@pytest.fixture
def gc_page(watch):
    return watch()


def test_a_hundred_players_made_and_destroyed_leave_nothing(gc_page):
    page = gc_page.page
    session = page.context.new_cdp_session(page)

    def heap() -> int:
        session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"]

    make = """async (count) => {
        const source = { url: '/videos/video-1/master.m3u8', title: 'x', startAt: 0, tracks: [{ src: '/nothing.vtt', label: 'x' }] };
        for (let index = 0; index < count; index += 1) {
            const player = document.createElement('vlog-player');
            document.body.append(player);
            player.load(source);
            await new Promise((resolve) => player.engine.addEventListener('levels', resolve, { once: true }));
            player.remove();
        }
    }"""
    page.evaluate(make, 5)
    before = heap()
    page.evaluate(make, 100)
    assert heap() - before < 5_000_000
