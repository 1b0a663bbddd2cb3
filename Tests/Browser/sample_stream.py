"""A real CMAF stream, as the product's packager lays it out: a folder per rung, sound apart, HLS playlists."""

import pathlib
import subprocess

SEGMENT_SECONDS = 2
FRAME_RATE = 25
#: name, size, kbit/s
RUNGS = [("720p", "1280x720", 1600), ("480p", "854x480", 700), ("360p", "640x360", 300)]


def make_stream(folder: pathlib.Path, seconds: int = 24, rungs: list = RUNGS) -> None:
    """Encodes every rung and the sound, cuts them, and writes the playlists and a thumbnail."""
    for name, size, rate in rungs:
        source = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={FRAME_RATE}:duration={seconds}"]
        frames = str(SEGMENT_SECONDS * FRAME_RATE)
        codec = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p", "-profile:v", "high", "-level", "4.0"]
        codec += ["-g", frames, "-keyint_min", frames, "-sc_threshold", "0", "-b:v", f"{rate}k", "-maxrate", f"{rate}k", "-bufsize", f"{rate}k"]
        package(folder / name, [*source, *codec])
    tone = ["-f", "lavfi", "-i", f"sine=frequency=330:sample_rate=48000:duration={seconds}"]
    package(folder / "audio", [*tone, "-c:a", "aac", "-b:a", "96k", "-ac", "2"])
    (folder / "master.m3u8").write_text(master(rungs))
    picture = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=1:duration=1", "-frames:v", "1"]
    _run([*picture, str(folder / "thumbnail.jpg")])


def master(rungs: list) -> str:
    """The master playlist, best rung first."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines.append('#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Sound, stereo",LANGUAGE="und",DEFAULT=YES,AUTOSELECT=YES,URI="audio/stream.m3u8"')
    for name, size, rate in rungs:
        peak = (rate + 100) * 1150
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={(rate + 100) * 1000},RESOLUTION={size},"
            f'FRAME-RATE={FRAME_RATE}.000,CODECS="avc1.640028,mp4a.40.2",AUDIO="audio"'
        )
        lines.append(f"{name}/stream.m3u8")
    return "\n".join(lines) + "\n"


def growing_playlist(text: str, segments: int, ended: bool) -> str:
    """The media playlist as it was when only so many segments were there."""
    head, *rest = text.replace("#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-PLAYLIST-TYPE:EVENT").split("#EXTINF:")
    kept = [part.replace("#EXT-X-ENDLIST", "").rstrip() for part in rest[:segments]]
    return head + "".join(f"#EXTINF:{part}\n" for part in kept) + ("#EXT-X-ENDLIST\n" if ended else "")


def package(folder: pathlib.Path, encode: list[str]) -> None:
    """Runs ffmpeg with these arguments and cuts what comes out into a folder with a playlist."""
    folder.mkdir(parents=True)
    hls = ["-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"]
    hls += ["-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", str(folder / "segment_%d.m4s")]
    _run([*encode, *hls, str(folder / "stream.m3u8")])


def _run(arguments: list[str]) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True)
