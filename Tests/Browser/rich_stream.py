"""Streams with more to choose from than the sample: languages, 5.1, captions, timestamps that do not begin at 0, another
codec. Their pictures are those of the sample stream, so little has to be encoded."""

import pathlib
import re

from sample_stream import FRAME_RATE, SEGMENT_SECONDS, package

SECONDS = 24
PICTURE = "/videos/video-1"
#: folder, name, language, channels, Hz of the tone by which a test hears which one plays
SOUNDS = [("en", "English", "en", 2, 400), ("de", "Deutsch", "de", 2, 1200), ("en51", "English", "en", 6, 3000)]
#: language, name
CAPTIONS = [("en", "English"), ("de", "Deutsch")]


def make_rich_stream(folder: pathlib.Path) -> None:
    """Two languages in stereo, one of them in 5.1 as AAC and as E-AC-3, which Debian's Chromium does not play; captions."""
    for name, _, _, channels, tone in SOUNDS:
        make_tone(folder / name, tone, channels)
    for language, _ in CAPTIONS:
        make_captions(folder / f"captions-{language}", language)
    (folder / "master.m3u8").write_text(rich_master())
    make_captions(folder / "signs", "sign")
    (folder / "signs.m3u8").write_text(with_signs(rich_master(), "de"))


def make_tone(folder: pathlib.Path, frequency: int, channels: int = 2) -> None:
    source = ["-f", "lavfi", "-i", f"sine=frequency={frequency}:sample_rate=48000:duration={SECONDS}"]
    package(folder, [*source, "-c:a", "aac", "-b:a", "96k", "-ac", str(channels)])


def make_captions(folder: pathlib.Path, prefix: str) -> None:
    """A cue of a second and a half at every even second, in segments of six seconds whose clocks begin at 10 hours; and
    one that lies across a boundary, so it stands in two segments."""
    folder.mkdir(parents=True)
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:6", "#EXT-X-PLAYLIST-TYPE:VOD"]
    for segment in range(SECONDS // 6):
        cues = [f"{clock(36_000 + at)} --> {clock(36_001.5 + at)}\n{prefix} {at}" for at in range(segment * 6, segment * 6 + 6, 2)]
        if segment in (2, 3):
            cues.append(f"{clock(36_017)} --> {clock(36_019)}\n{prefix} across")
        head = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:10:00:00.000"
        (folder / f"{segment}.vtt").write_text("\n\n".join([head, *cues]) + "\n")
        lines += ["#EXTINF:6.0,", f"{segment}.vtt"]
    (folder / "stream.m3u8").write_text("\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n")


def clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{round((seconds - whole) * 1000):03}"


def rich_master() -> str:
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for name, label, language, channels, _ in SOUNDS:
        group = "stereo" if channels == 2 else "surround"
        default = "YES" if name == "de" else "NO"
        lines.append(media("AUDIO", group, label, language, f"{name}/stream.m3u8", f'DEFAULT={default},AUTOSELECT=YES,CHANNELS="{channels}"'))
    lines.append(media("AUDIO", "dolby", "English Dolby", "en", "nowhere/stream.m3u8", 'DEFAULT=NO,AUTOSELECT=YES,CHANNELS="6"'))
    for language, label in CAPTIONS:
        lines.append(media("SUBTITLES", "captions", label, language, f"captions-{language}/stream.m3u8", "DEFAULT=NO,AUTOSELECT=YES"))
    for group, codec in (("stereo", "mp4a.40.2"), ("surround", "mp4a.40.2"), ("dolby", "ec-3")):
        for name, size, rate in (("480p", "854x480", 920_000), ("360p", "640x360", 460_000)):
            extra = 0 if group == "stereo" else 300_000
            lines.append(
                f'#EXT-X-STREAM-INF:BANDWIDTH={rate + extra},RESOLUTION={size},FRAME-RATE={FRAME_RATE}.000,'
                f'CODECS="avc1.640028,{codec}",AUDIO="{group}",SUBTITLES="captions"'
            )
            lines.append(f"{PICTURE}/{name}/stream.m3u8")
    return "\n".join(lines) + "\n"


def with_signs(master: str, language: str) -> str:
    """Text to be shown without being asked for, ahead of all other renditions."""
    uri = "/videos/rich/signs/stream.m3u8"
    signs = media("SUBTITLES", "captions", "Schilder", language, uri, "DEFAULT=NO,AUTOSELECT=YES,FORCED=YES")
    return master.replace("#EXT-X-MEDIA", f"{signs}\n#EXT-X-MEDIA", 1)


def media(kind: str, group: str, name: str, language: str, uri: str, more: str) -> str:
    return f'#EXT-X-MEDIA:TYPE={kind},GROUP-ID="{group}",NAME="{name}",LANGUAGE="{language}",{more},URI="{uri}"'


def make_late_stream(folder: pathlib.Path, source: pathlib.Path, seconds: float) -> None:
    """The sample stream as if cut out of a longer one: every timestamp is later by so much."""
    for name in ("360p", "audio"):
        (folder / name).mkdir(parents=True)
        for file in (source / name).iterdir():
            (folder / name / file.name).write_bytes(file.read_bytes())
        shift = round(seconds * timescale((source / name / "init.mp4").read_bytes()))
        for segment in (folder / name).glob("*.m4s"):
            segment.write_bytes(later(segment.read_bytes(), shift))
    captions = '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="English",LANGUAGE="en",URI="captions/stream.m3u8"\n'
    lines = (source / "master.m3u8").read_text().split("#EXT-X-STREAM-INF")
    (folder / "master.m3u8").write_text(lines[0] + captions + "#EXT-X-STREAM-INF" + lines[-1].replace("AUDIO=", 'SUBTITLES="captions",AUDIO='))
    make_captions(folder / "captions", "en")
    for file in (folder / "captions").glob("*.vtt"):
        file.write_text(file.read_text().replace("MPEGTS:0", f"MPEGTS:{round(seconds * 90_000)}"))


def timescale(init: bytes) -> int:
    at = init.index(b"mdhd") + 4
    return int.from_bytes(init[at + (20 if init[at] else 12) :][:4])


def later(segment: bytes, ticks: int) -> bytes:
    """A segment with its decode time (and what an index says of it) moved."""
    at = segment.index(b"tfdt") + 8
    size = 8 if segment[at - 4] else 4
    time = int.from_bytes(segment[at : at + size]) + ticks
    return segment[:at] + time.to_bytes(size) + segment[at + size :]


def make_stream_of_two_codecs(folder: pathlib.Path) -> None:
    """H.264 at 360p, and the taller rung in VP9 only."""
    frames = str(SEGMENT_SECONDS * FRAME_RATE)
    source = ["-f", "lavfi", "-i", f"testsrc2=size=854x480:rate={FRAME_RATE}:duration={SECONDS}", "-pix_fmt", "yuv420p"]
    package(folder / "480p", [*source, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k", "-g", frames, "-keyint_min", frames])
    sample = re.sub(r'URI="', f'URI="{PICTURE}/', '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Sound",LANGUAGE="und",DEFAULT=YES,URI="audio/stream.m3u8"')
    rungs = [("480p/stream.m3u8", 900_000, "854x480", "vp09.00.30.08"), (f"{PICTURE}/360p/stream.m3u8", 460_000, "640x360", "avc1.640028")]
    lines = ["#EXTM3U", sample]
    for url, rate, size, codec in rungs:
        lines += [f'#EXT-X-STREAM-INF:BANDWIDTH={rate},RESOLUTION={size},CODECS="{codec},mp4a.40.2",AUDIO="audio"', url]
    (folder / "master.m3u8").write_text("\n".join(lines) + "\n")
