"""CPU time of a whole transcode: VLog's runner against one ffmpeg per rung."""

import pathlib
import shutil
import time

from bench.clips import clip
from bench.figures import Bench, Figure, Limit
from bench.installation import Installation
from bench.processes import Process, cpu_seconds, measure, until
from bench.rungs import EncoderCommand

PEER = "one ffmpeg per rung"
ALONE = "the same ffmpeg alone"
PLAIN = "the plain graph"


def run(bench: Bench) -> list[Figure | Limit]:
    full_hd, ultra_hd = clip(bench, "h264-1080p", 4 if bench.quick else 60), clip(bench, "hevc-2160p", 2 if bench.quick else 20)
    return of_clip(bench, full_hd, "1080p30 H.264", at_most=0.76) + of_clip(bench, ultra_hd, "2160p30 HEVC", at_most=0.64)


def run_codecs(bench: Bench) -> list[Figure | Limit]:
    source = clip(bench, "h264-1080p", 2 if bench.quick else 20)
    return of_clip(bench, source, "1080p30 to HEVC", codec="hevc") + of_clip(bench, source, "1080p30 to AV1", codec="av1")


def of_clip(
    bench: Bench, source: pathlib.Path, name: str, codec: str = "h264", at_most: float | None = None
) -> list[Figure | Limit]:
    with Installation(bench, "--no-runner", "--codecs", codec) as vlog:
        runner = MeasuredRunner(bench, vlog, source)
        samples = bench.alternate({
            "vlog": runner.transcode,
            PEER: lambda: files(bench, runner.command.per_rung, source),
            ALONE: lambda: files(bench, runner.command.alone, source),
            PLAIN: lambda: files(bench, runner.command.plain, source),
        })
    shutil.rmtree(vlog.data)
    return [
        Figure.of(samples, "cpu_s", f"transcode, {name}", "CPU s", PEER, at_most=at_most),
        Figure.of(samples, "wall_s", f"transcode, {name}, time", "s", ALONE, at_most=1.05),
        Figure.of(samples, "peak_MB", f"transcode, {name}, memory", "MB", PLAIN, at_most=1),
    ]


class MeasuredRunner:
    """`vlog runner pull` for one job at a time, from its start to its end, with all that it runs."""

    def __init__(self, bench: Bench, vlog: Installation, source: pathlib.Path):
        self.bench = bench
        self.vlog = vlog
        self.source = source
        self.recorded = bench.folder / "commands"
        self.recorder = bench.folder / "ffmpeg-recorder"
        self.recorder.write_text(
            f'#!/bin/sh\nprintf \'%s\\0\' "$@" > "{self.recorded}/$$"\nexec "{shutil.which("ffmpeg")}" "$@"\n'
        )
        self.recorder.chmod(0o755)
        # A runner tries the encoders once per machine and keeps what it found.
        self.scratch = bench.folder / "scratch"
        self.recorded.mkdir(exist_ok=True)
        with self.runner():
            until((self.scratch / "encoders.json").exists, 120, "the survey of encoders")

    def transcode(self) -> dict[str, float]:
        shutil.rmtree(self.recorded, ignore_errors=True)
        self.recorded.mkdir()
        server_before = cpu_seconds(self.vlog.process.pid)
        with self.runner() as runner:
            video = self.vlog.upload(self.source, "transcode")
            started = time.monotonic()
            self.vlog.until_ready(video["id"])
            finished = time.monotonic()
            usage = runner.stop()
        return {
            "cpu_s": usage.cpu,
            "wall_s": finished - started,
            "peak_MB": usage.peak,
            "server_cpu_s": cpu_seconds(self.vlog.process.pid) - server_before,
            "output_MB": megabytes(self.vlog.storage / "videos" / video["slug"]),
        }

    def runner(self) -> Process:
        command = [
            str(self.bench.binary), "runner", "pull", "--server", self.vlog.worker, "--health-port", "0",
            "--scratch", str(self.scratch),
        ]
        environment = {"VLOG_WORKER_API_KEY": self.vlog.register_worker("bench"), "VLOG_FFMPEG": str(self.recorder)}
        return Process(command, self.bench.folder / "runner.log", environment)

    @property
    def command(self) -> EncoderCommand:
        """The last encoding command that VLog ran."""
        commands = [file.read_bytes().decode().split("\0")[:-1] for file in self.recorded.iterdir()]
        return EncoderCommand.parse(next(words for words in commands if "-filter_complex" in words and "-progress" in words))


def files(bench: Bench, make, source: pathlib.Path) -> dict[str, float]:
    """Of the commands that `make` gives for a source and a folder, one after the other, which is the cheapest way."""
    folder = bench.folder / "files"
    folder.mkdir()
    commands = make(source, folder)
    if isinstance(commands[0], str):
        commands = [commands]
    usages = [measure(["ffmpeg", *arguments], bench.folder / "files.log") for arguments in commands]
    written = megabytes(folder)
    shutil.rmtree(folder)
    return {
        "cpu_s": sum(usage.cpu for usage in usages),
        "wall_s": sum(usage.wall for usage in usages),
        "peak_MB": max(usage.peak for usage in usages),
        "output_MB": written,
    }


def megabytes(folder: pathlib.Path) -> float:
    """Of the pictures and sound in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.suffix in {".mp4", ".m4s"}) / 1e6
