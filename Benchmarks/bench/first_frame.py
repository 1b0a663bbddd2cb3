"""Seconds from the end of an upload to the first segment that plays, beside those to the end of the transcode."""

import pathlib
import subprocess
import time

from bench.clips import clip
from bench.figures import Bench, Figure
from bench.installation import Installation
from bench.processes import until

PEER = "whole transcode"


def run(bench: Bench) -> list[Figure]:
    source = clip(bench, "h264-1080p", 8 if bench.quick else 60)
    samples: dict[str, list[dict]] = {"vlog": [], PEER: []}
    with Installation(bench) as vlog:
        for number in range(1, bench.rounds + 1):
            video = vlog.upload(source, "first frame")
            start = time.monotonic()
            pieces = until(lambda: first_segment(vlog, video["slug"]), 300, "the first segment", 0.02)
            first = time.monotonic() - start
            frames = decoded_frames(pieces)
            vlog.until_ready(video["id"], pause=0.1)
            whole = time.monotonic() - start
            print(f"   round {number}: first segment after {first:.2f} s ({frames} frames), ready after {whole:.2f} s",
                  flush=True)
            samples["vlog"].append({"s": first})
            samples[PEER].append({"s": whole})
    return [Figure.of(samples, "s", f"first frame, {source.stem}", "s", PEER)]


def first_segment(vlog: Installation, slug: str) -> bytes | None:
    """Init and first segment of a rung, by the playlists that the Admin API has while a job runs; None before."""
    folder = f"/videos/{slug}/"
    status, master = vlog.admin_get(folder + "master.m3u8")
    if status != 200:
        return None
    for rung in uris(master):
        status, playlist = vlog.admin_get(folder + rung)
        if status != 200 or not (segments := uris(playlist)):
            continue
        map_tag = next(line for line in playlist.decode().splitlines() if line.startswith("#EXT-X-MAP:"))
        parts = [map_tag.split('URI="')[1].split('"')[0], segments[0]]
        answers = [vlog.admin_get(folder + str(pathlib.PurePosixPath(rung).parent / part)) for part in parts]
        if any(status != 200 for status, _ in answers):
            raise RuntimeError(f"{rung} names {parts}, which are not there: {[status for status, _ in answers]}")
        return b"".join(body for _, body in answers)
    return None


def uris(playlist: bytes) -> list[str]:
    return [line for line in playlist.decode().splitlines() if line and not line.startswith("#")]


def decoded_frames(pieces: bytes) -> int:
    """How many frames are in it; every one must decode."""
    command = [
        "ffprobe", "-loglevel", "error", "-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames",
        "-of", "csv=p=0", "-",
    ]
    result = subprocess.run(command, input=pieces, capture_output=True, check=True)
    frames = int(result.stdout.strip() or 0)
    if frames == 0 or result.stderr:
        raise RuntimeError(f"the first segment does not decode: {frames} frames, {result.stderr.decode()}")
    return frames
