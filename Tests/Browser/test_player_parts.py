"""The pure parts of the engine, as tables."""

import pytest


@pytest.fixture(scope="module")
def lab(server, chromium):
    """A page in which modules are imported; `run(module, code)` gives the value of an expression over its exports."""
    page = chromium.new_page()
    page.goto(server.public_url)

    def run(module: str, code: str, *arguments):
        return page.evaluate(f"async (a) => {{ const m = await import('/static/player/engine/{module}.js'); return ({code}); }}", list(arguments))

    yield run
    page.close()


MASTER = '''\ufeff#EXTM3U\r
#EXT-X-VERSION:7\r
#EXT-X-SOMETHING-NEW:A=1\r
# a comment\r
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Ton, deutsch",LANGUAGE="de",DEFAULT=YES,URI="audio/s.m3u8"\r
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="x",URI="t.m3u8"\r
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"\r
#EXT-X-STREAM-INF:BANDWIDTH=900,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=854x480,FRAME-RATE=29.970,AUDIO="a"\r
480p/s.m3u8\r
#EXT-X-STREAM-INF:CODECS="avc1.640028,mp4a.40.2",BANDWIDTH=2000,AVERAGE-BANDWIDTH=1500,RESOLUTION=1280x720,AUDIO="a"\r
http://other/720.m3u8?x=1,2\r
'''

MEDIA = """#EXTM3U
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-MAP:URI="all.mp4",BYTERANGE="700@0"
#EXTINF:6.006,a title, with a comma
#EXT-X-BYTERANGE:1000@700
all.mp4
#EXTINF:5.5
#EXT-X-BYTERANGE:500
all.mp4
#EXT-X-GAP
#EXTINF:2,
x/late.m4s
"""


def test_a_master_playlist_is_read_with_all_its_oddities(lab):
    master = lab("playlist", "m.parseMaster(a[0], 'http://h/v/master.m3u8')", MASTER)
    assert [variant["url"] for variant in master["variants"]] == ["http://h/v/480p/s.m3u8", "http://other/720.m3u8?x=1,2"]
    assert master["variants"][0] == {
        "url": "http://h/v/480p/s.m3u8", "bandwidth": 900, "averageBandwidth": 900, "codecs": ["avc1.640028", "mp4a.40.2"],
        "width": 854, "height": 480, "frameRate": 29.97, "audioGroup": "a", "label": None,
    }  # fmt: skip
    assert master["audio"] == [{
        "url": "http://h/v/audio/s.m3u8", "group": "a", "name": "Ton, deutsch", "language": "de", "channels": 2,
        "isDefault": True, "isAutomatic": True, "isForced": False,
    }]  # fmt: skip
    assert [subtitle["url"] for subtitle in master["subtitles"]] == ["http://h/v/t.m3u8"]


def test_a_media_playlist_is_read_with_byte_ranges_and_gaps(lab):
    playlist = lab("playlist", "m.parseMedia(a[0], 'http://h/v/s.m3u8')", MEDIA)
    assert playlist["ended"] is False and playlist["duration"] == pytest.approx(13.506)
    first, second, third = playlist["segments"]
    assert (first["sequence"], first["range"], first["map"]["range"]) == (7, {"start": 700, "end": 1699}, {"start": 0, "end": 699})
    assert second["range"] == {"start": 1700, "end": 2199} and second["start"] == pytest.approx(6.006)
    assert third["gap"] is True and third["url"] == "http://h/v/x/late.m4s" and third["range"] is None


@pytest.mark.parametrize("text", ["", "#EXTM3U", "\ufeff", "no playlist at all", "#EXTINF:\n#EXTINF:x\n"])
def test_nonsense_is_an_empty_playlist(lab, text):
    assert lab("playlist", "m.parseMedia(a[0], 'http://h/s.m3u8').segments", text) == []
    assert lab("playlist", "m.parseMaster(a[0], 'http://h/s.m3u8').variants", text) == []


VARIANTS = """((...rows) => ({ audio: [], variants: rows.map(([bandwidth, height, codec, sound = 'mp4a.40.2', url = bandwidth]) =>
    ({ url, bandwidth, codecs: [codec, sound], audioGroup: sound, width: height * 16 / 9, height, label: null })) }))"""


def rungs(lab, *rows, can_change_type=False):
    code = f"m.playableLevels({VARIANTS}(...a), (type) => !/hvc1|ec-3/.test(type), {{ canChangeType: {str(can_change_type).lower()} }})"
    return [(level["index"], level["bandwidth"], level["videoType"]) for level in lab("levels", code, *rows)]


def test_one_family_of_codecs_is_kept_and_h264_is_preferred(lab):
    rows = [[5, 1080, "av01.0.08M.08"], [9, 1080, "avc1.640028"], [3, 720, "avc1.64001f"], [1, 360, "hvc1.1.6"]]
    expected = [(0, 3, 'video/mp4; codecs="avc1.64001f"'), (1, 9, 'video/mp4; codecs="avc1.640028"')]
    assert rungs(lab, *rows) == rungs(lab, *rows, can_change_type=True) == expected


def test_taller_rungs_of_another_codec_come_on_top_where_a_buffer_can_change(lab):
    rows = [[1, 480, "avc1.64001f"], [4, 1080, "av01.0.08M.08"], [3, 720, "vp09.00.31.08"], [5, 1080, "vp09.00.40.08"], [2, 720, "hvc1.1.6"]]
    assert [rung[1] for rung in rungs(lab, *rows)] == [1]
    assert [rung[1] for rung in rungs(lab, *rows, can_change_type=True)] == [1, 3, 4]


def test_variants_that_differ_in_sound_only_are_one_rung(lab):
    rows = [[5, 1080, "avc1.640028", "ec-3", "a"], [4, 1080, "avc1.640028", "mp4a.40.2", "a"], [4.5, 1080, "avc1.640028", "opus", "a"], [3, 720, "avc1.64001f", "ec-3", "b"]]
    assert [rung[1] for rung in rungs(lab, *rows)] == [4]


SOUNDS = [("en", 2), ("de", 2), ("en", 6), ("pt-BR", 2), ("und", 2)]


@pytest.mark.parametrize(
    ("stored", "languages", "index"),
    [
        (None, ["en-US"], 0),
        (None, ["fr", "de-CH"], 1),
        (None, ["pt-PT"], 3),
        (None, ["fr"], 1),
        ({"language": "en", "channels": 6, "name": "en"}, ["de"], 2),
        ({"language": "eng", "channels": 2, "name": "Other"}, ["de"], 0),
        ({"language": "ja", "channels": 2, "name": "x"}, ["en"], 0),
        (None, [], 1),
    ],
)
def test_which_sound_comes_first(lab, stored, languages, index):
    choices = [
        {"index": position, "language": language, "name": language, "channels": channels, "isDefault": language == "de", "isAutomatic": True}
        for position, (language, channels) in enumerate(SOUNDS)
    ]
    assert lab("audio-choices", "m.preferredAudio(...a)", choices, stored, languages) == index


@pytest.mark.parametrize(
    ("origins", "offset"),
    [
        ([("video", 0.067), ("audio", 0)], 0),
        ([("video", 1.44), ("audio", 1.4)], -1.4),
        ([("audio", 10.0214), ("video", 10)], -10),
        ([("video", 1.5), ("audio", 0)], 0),
        ([("video", 95443.7), ("video", 0), ("audio", 95443.7)], 0),
    ],
)
def test_both_tracks_are_moved_together(lab, origins, offset):
    code = "(() => { const line = new m.Timeline(['video', 'audio']); for (const [kind, origin] of a) line.report(kind, origin); return line.offset + 0; })()"
    assert lab("timeline", code, *origins) == offset


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("", []),
        ("00:01.000 --> 00:02.000\nno head\n", []),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nno head\n", []),
        ("\ufeffWEBVTT a title\r\n\r\n00:01.000 --> 00:02.500\r\none\r\ntwo\r\n", [(1, 2.5, "one\ntwo")]),
        ("WEBVTT\n\nNOTE 00:01.000\n\nSTYLE\n::cue { }\n\nid\n10:00:01.000 --> 10:00:02.000 align:end\ntext", [(36001, 36002, "text")]),
        ("WEBVTT\n\n00:03.000 --> 00:02.000\nbackwards\n\n0:1 --> x\nnonsense\n\n00:04.000 --> 00:05.000\n", [(4, 5, "")]),
        ("WEBVTT\n00:01.000 --> 00:02.000\nno empty line after the head", [(1, 2, "no empty line after the head")]),
        ("WEBVTT\n\n" + "x\n" * 50 + "00:01.000 --> 00:02.000\nfar down", []),
    ],
)
def test_captions_are_read_and_nonsense_is_passed_over(lab, text, cues):
    found = lab("../captions/vtt", "m.parseVTT(a[0]).cues", text)
    assert [(cue["start"], cue["end"], cue["text"]) for cue in found] == cues


def test_the_clock_of_a_caption_segment_is_read_in_either_order(lab):
    for head in ("MPEGTS:900000,LOCAL:00:00:05.000", "LOCAL:00:05.000,MPEGTS:900000"):
        assert lab("../captions/vtt", "m.parseVTT(a[0]).map", f"WEBVTT\nX-TIMESTAMP-MAP={head}\n") == {"local": 5, "mpegts": 900000}
    assert lab("../captions/vtt", "m.parseVTT(a[0]).map", "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:x,MPEGTS:\n") is None


LEVELS = "[{ bandwidth: 500e3, width: 640, height: 360 }, { bandwidth: 1e6, width: 854, height: 480 }, { bandwidth: 3e6, width: 1280, height: 720 }]"


def test_up_needs_headroom_and_eight_seconds_and_down_is_at_once(lab):
    code = f"""(() => {{
        let now = 0;
        const rule = new m.Adaptation({LEVELS}, {{ now: () => now }});
        const trace = [];
        let current = -1;
        for (const [at, estimate] of a) {{
            now = at;
            current = rule.choose({{ estimate, current }});
            trace.push(current);
        }}
        return trace;
    }})()"""
    steps = [[0, 2e6], [1, 4e6], [2, 4.5e6], [3, 0.8e6], [4, 5e6], [11, 5e6], [11.5, 5e6], [12, 2.9e6]]
    assert lab("adaptation", code, *steps) == [1, 1, 2, 0, 0, 2, 2, 1]


def test_a_line_that_varies_by_a_fifth_does_not_make_the_picture_flap(lab):
    code = f"""(async () => {{
        const {{ ThroughputMeter }} = await import('/static/player/engine/throughput.js');
        let now = 0, switches = 0, current = 1;
        const rule = new m.Adaptation({LEVELS}, {{ now: () => now }});
        const meter = new ThroughputMeter({{ now: () => now, storage: null }});
        while (now < 120) {{
            const id = {{}};
            meter.begin(id);
            meter.add(id, 3.6e6 / 8 * (1 + 0.2 * Math.sin(now)));
            now += 1;
            meter.end(id);
            const next = rule.choose({{ estimate: meter.estimate, current }});
            if (next !== current) switches += 1;
            current = next;
        }}
        return switches;
    }})()"""
    assert lab("adaptation", code.replace("(async", "await (async", 1)) <= 4


@pytest.mark.parametrize(("height", "most"), [(300, 0), (360, 0), (400, 1), (700, 2), (5000, 2)])
def test_the_rung_is_the_first_that_fills_the_element(lab, height, most):
    assert lab("adaptation", f"new m.Adaptation({LEVELS}).choose({{ estimate: 1e9, current: -1, maximumHeight: a[0] }})", height) == most


def test_a_rung_that_drops_frames_is_left_out_for_half_a_minute(lab):
    code = f"""(() => {{
        let now = 10;
        const rule = new m.Adaptation({LEVELS}, {{ now: () => now }});
        rule.watchFrames({{ totalVideoFrames: 100, droppedVideoFrames: 0 }}, 2);
        now = 13;
        rule.watchFrames({{ totalVideoFrames: 200, droppedVideoFrames: 30 }}, 2);
        const during = rule.choose({{ estimate: 1e9, current: 2 }});
        now = 50;
        return [during, rule.choose({{ estimate: 1e9, current: 1 }})];
    }})()"""
    assert lab("adaptation", code) == [1, 2]


def test_the_speed_of_the_line_falls_fast_and_rises_slowly(lab):
    code = """(() => {
        let now = 0;
        const meter = new m.ThroughputMeter({ now: () => now, storage: null });
        const load = (bytes, seconds) => { const id = {}; meter.begin(id); meter.add(id, bytes); now += seconds; meter.end(id); return Math.round(meter.estimate / 1000); };
        const before = meter.estimate;
        const steady = [load(500e3, 1), load(500e3, 1), load(500e3, 1)].at(-1);
        const fallen = [load(50e3, 1), load(50e3, 1)].at(-1);
        const risen = load(500e3, 1);
        return [before, steady, fallen, risen];
    })()"""
    before, steady, fallen, risen = lab("throughput", code)
    assert before == 1_500_000 and steady == pytest.approx(4000, abs=5)
    assert fallen < 2600 and risen < 3200


def test_bytes_that_come_at_the_same_time_are_counted_together(lab):
    code = """(() => {
        let now = 0;
        const meter = new m.ThroughputMeter({ now: () => now, storage: null });
        meter.begin('picture'); meter.begin('sound');
        meter.add('picture', 400e3); meter.add('sound', 100e3);
        now = 1;
        meter.end('sound'); meter.end('picture');
        return Math.round(meter.estimate / 1000);
    })()"""
    assert lab("throughput", code) == 4000


def test_what_came_from_a_cache_says_nothing_about_the_line(lab):
    code = """(() => {
        let now = 0;
        const meter = new m.ThroughputMeter({ now: () => now, storage: null });
        meter.begin('picture'); meter.add('picture', 250e3);
        now = 0.5;
        meter.begin('cached'); meter.add('cached', 5e6);
        now = 0.502;
        meter.end('cached', { isCached: true });
        meter.add('picture', 250e3);
        now = 1;
        meter.end('picture');
        const measured = meter.estimate;
        now = 60; meter.begin('alone'); meter.add('alone', 9e6); now = 61; meter.end('alone', { isCached: true });
        return [measured, meter.estimate].map((value) => Math.round(value / 1000));
    })()"""
    assert lab("throughput", code) == [4000, 4000]


@pytest.mark.parametrize(
    ("ranges", "time", "end"),
    [
        ([], 0, None),
        ([[0.08, 6]], 0, 6),
        ([[1.4, 6]], 0, 6),
        ([[1.4, 6]], 0.5, None),
        ([[0, 4], [4.05, 8], [9, 12]], 2, 8),
        ([[0, 4]], 4.05, 4),
        ([[0, 4]], 4.5, None),
        ([[10, 12]], 9.9, 12),
    ],
)
def test_how_far_one_can_play(lab, ranges, time, end):
    assert lab("time-ranges", "m.endOfPlayable(a[0], a[1])", ranges, time) == end


@pytest.mark.parametrize(
    ("boxes", "is_whole"),
    [
        ([("styp", 16), ("moof", 40), ("mdat", 99)], True),
        ([("moof", 40), ("mdat", 99)], True),
        ([("mdat", 99)], False),
        ([("moof", 40)], False),
        ([("html", 40), ("moof", 40), ("mdat", 9)], False),
    ],
)
def test_segments_are_recognised_by_their_boxes(lab, boxes, is_whole):
    data = b"".join(size.to_bytes(4, "big") + name.encode() + bytes(size - 8) for name, size in boxes)
    assert lab("segment-check", "m.isWholeBoxes(new Uint8Array(a), ['moof', 'mdat'])", *data) is is_whole
    assert lab("segment-check", "m.isWholeBoxes(new Uint8Array(a), ['moof', 'mdat'])", *data[:-1]) is False
