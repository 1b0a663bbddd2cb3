"""How the engine behaves towards the browser and the server, beyond what is seen."""

from player_page import PlayerPage, wait_until

SPY = """
    window.spied = { inits: 0, breaches: 0 };
    for (const name of ['appendBuffer', 'remove', 'changeType']) {
        const real = SourceBuffer.prototype[name];
        SourceBuffer.prototype[name] = function (...values) {
            if (this.updating) window.spied.breaches += 1;
            if (name === 'appendBuffer' && new TextDecoder().decode(new Uint8Array(values[0].buffer ?? values[0]).subarray(4, 8)) === 'ftyp') window.spied.inits += 1;
            return real.apply(this, values);
        };
    }
"""


def test_a_buffer_is_left_alone_while_it_works_and_gets_the_start_of_a_rung_once(stub, open_page):
    page = open_page("about:blank")
    page.add_init_script(SPY)
    page.goto(f"{stub.public_url}/watch/video-1")
    player = PlayerPage(page)
    player.start()
    for target in (20, 3, 17.7):
        player.seek(target)
    player.wait("!video.seeking && video.currentTime > 17.8")
    assert player.get("window.spied.inits") == 2, "one for the picture, one for the sound"
    player.get("player.setQuality(0)")
    player.wait("video.videoWidth === 640")
    player.play_to_the_end()
    assert player.get("window.spied") == {"inits": 3, "breaches": 0}


def test_the_first_files_of_sound_and_picture_are_asked_for_together(watch, stub):
    stub.faults.add("init.mp4|segment_0", hang=True)
    player = watch()
    player.wait("engine.history.filter(({ type }) => type === 'load').length === 2")
    # None of them is answered, so whatever is asked for is asked for together; they arrive one by one.
    wait_until(lambda: len(stub.requests_for(r"\.m4s|\.mp4")) >= 4, "the first files to be asked for")
    asked = {path.split("/", 3)[3] for path in stub.requests_for(r"\.m4s|\.mp4")}
    assert asked == {"480p/init.mp4", "480p/segment_0.m4s", "audio/init.mp4", "audio/segment_0.m4s"}


def test_a_segment_in_which_there_is_nothing_new_is_tried_twice_and_left_out(watch, media):
    player = watch()
    body = (media / "480p" / "segment_1.m4s").read_bytes()
    player.page.route("**/*p/segment_3.m4s", lambda route: route.fulfill(body=body, content_type="video/iso.segment"))
    player.get("player.setQuality(1)")
    player.start()
    player.wait_for("skip")
    assert [(entry["sequence"], entry["reason"]) for entry in player.history("skip")] == [(3, "nothing in it")]
    player.play_to_the_end()


def test_who_saves_data_gets_no_more_than_480p(stub, open_page):
    page = open_page("about:blank", width=1900, height=1300)
    page.add_init_script("Object.defineProperty(NetworkInformation.prototype, 'saveData', { get: () => true });")
    page.goto(stub.public_url)
    page.evaluate("localStorage.setItem('vlog.throughput', '20000000')")
    page.goto(f"{stub.public_url}/watch/video-1")
    player = PlayerPage(page)
    player.start()
    player.wait("video.buffered.length > 0 && video.buffered.end(0) > 12")
    assert {entry["level"] for entry in player.history("append") if entry["kind"] == "video"} == {1}


def test_dragging_along_the_time_line_seeks_at_most_four_times_a_second(watch):
    player = watch()
    player.start()
    seconds = player.page.evaluate("""async () => {
        const { video } = window.__vlogPlayer;
        const input = document.querySelector('.vp-seek-input');
        const begun = performance.now();
        for (let step = 0; step < 60; step += 1) {
            input.value = 5 + step / 4;
            input.dispatchEvent(new Event('input'));
            await new Promise(requestAnimationFrame);
        }
        input.dispatchEvent(new Event('change'));
        return (performance.now() - begun) / 1000;
    }""")
    player.wait("!video.seeking && video.currentTime >= 19.6")
    dragged = [entry for entry in player.history("seek") if entry["to"] >= 5]
    assert 2 <= len(dragged) <= seconds * 4 + 2, "one at the start and one at the end beside the four a second"
