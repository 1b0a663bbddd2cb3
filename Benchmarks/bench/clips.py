"""Test clips, made once and kept."""

import pathlib
import subprocess

from bench.figures import Bench

#: Sources as they come from cameras, phones, television and screens, by name: the arguments that make them.
PICTURE = ["-f", "lavfi", "-i", "testsrc2=size={size}:rate={rate}:duration={seconds},noise=alls=10:allf=t:all_seed=1{more}"]
NASTY = {
    "odd-size.mkv": ("1278x718", "30", 3, ",scale=1277:717", ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"]),
    "portrait-variable.mp4": ("720x1280", "60", 3, ",select='if(lt(t\\,1)\\,1\\,not(mod(n\\,3)))'", ["-fps_mode", "vfr"]),
    "anamorphic.mp4": ("960x720", "30", 3, ",setsar=4/3", []),
    "interlaced.mpg": ("720x576", "50", 3, ",interlace", ["-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-q:v", "3"]),
    "ten-bit.mkv": ("1280x720", "30", 3, ",format=yuv420p10", ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"]),
    "four-two-two.mov": ("1280x720", "30", 3, ",format=yuv422p10", ["-c:v", "prores_ks"]),
    "hdr10.mkv": ("1280x720", "30", 3, ",format=yuv420p10", [
        "-c:v", "libx265", "-preset", "ultrafast", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc",
        "-x265-params", "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"]),
    "hlg.mkv": ("1280x720", "30", 3, ",format=yuv420p10", [
        "-c:v", "libx265", "-preset", "ultrafast", "-color_primaries", "bt2020", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc",
        "-x265-params", "log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"]),
    "120-a-second.mp4": ("1280x720", "120", 2, "", []),
    "1-a-second.avi": ("1280x720", "1", 8, "", []),
    "short.flv": ("1280x720", "30", 0.3, "", []),
}

MAKE_CLIP = pathlib.Path(__file__).resolve().parents[1] / "make-clip"


def clip(bench: Bench, kind: str, seconds: int) -> pathlib.Path:
    """`h264-1080p` or `hevc-2160p`, see make-clip."""
    file = bench.clips / f"{kind}-{seconds}s.mp4"
    if not file.exists():
        bench.clips.mkdir(parents=True, exist_ok=True)
        print(f"   making {file.name}, once", flush=True)
        unfinished = file.with_suffix(".part")
        subprocess.run([MAKE_CLIP, kind, str(seconds), unfinished], check=True)
        unfinished.rename(file)
    return file


def nasty_clips(bench: Bench) -> list[pathlib.Path]:
    """The first seconds of every kind of source that needs more than scaling."""
    bench.clips.mkdir(parents=True, exist_ok=True)
    return [nasty_clip(bench, name) for name in NASTY]


def nasty_clip(bench: Bench, name: str) -> pathlib.Path:
    file = bench.clips / name
    if not file.exists():
        size, rate, seconds, more, options = NASTY[name]
        unfinished = file.with_stem("unfinished-" + file.stem)
        picture = [word.format(size=size, rate=rate, seconds=seconds, more=more) for word in PICTURE]
        encoder = options if "-c:v" in options else ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", *options]
        subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *picture, *encoder, unfinished], check=True)
        unfinished.rename(file)
    return file
