"""CPU time of a whole transcode: VLog's runner against one ffmpeg per rung."""

import pathlib
import shutil

from bench.clips import clip
from bench.figures import Bench, Figure
from bench.installation import Installation
from bench.processes import Process, cpu_seconds, measure
from bench.rungs import EncoderCommand

PEER = "one ffmpeg per rung"


def run(bench: Bench) -> list[Figure]:
    return [
        of_clip(bench, clip(bench, "h264-1080p", 4 if bench.quick else 60), "1080p30 H.264", at_most=0.76),
        of_clip(bench, clip(bench, "hevc-2160p", 2 if bench.quick else 20), "2160p30 HEVC", at_most=0.64),
    ]


def of_clip(bench: Bench, source: pathlib.Path, name: str, at_most: float) -> Figure:
    with Installation(bench, "--no-runner") as vlog:
        runner = MeasuredRunner(bench, vlog, source)
        samples = bench.alternate({"vlog": runner.transcode, PEER: lambda: per_rung(bench, runner.command, source)})
    shutil.rmtree(vlog.data)
    return Figure.of(samples, "cpu_s", f"transcode, {name}", "CPU s", PEER, at_most=at_most)


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

    def transcode(self) -> dict[str, float]:
        shutil.rmtree(self.recorded, ignore_errors=True)
        self.recorded.mkdir()
        key = self.vlog.register_worker("bench")
        video = self.vlog.upload(self.source, "transcode")
        server_before = cpu_seconds(self.vlog.process.pid)
        command = [
            str(self.bench.binary), "runner", "pull", "--server", self.vlog.worker, "--health-port", "0",
            "--scratch", str(self.bench.folder / "scratch"),
        ]
        environment = {"VLOG_WORKER_API_KEY": key, "VLOG_FFMPEG": str(self.recorder)}
        with Process(command, self.bench.folder / "runner.log", environment) as runner:
            self.vlog.until_ready(video["id"])
            usage = runner.stop()
        return {
            "cpu_s": usage.cpu,
            "wall_s": usage.wall,
            "server_cpu_s": cpu_seconds(self.vlog.process.pid) - server_before,
            "output_MB": megabytes(self.vlog.storage / "videos" / video["slug"]),
        }

    @property
    def command(self) -> EncoderCommand:
        """The last encoding command that VLog ran."""
        commands = [file.read_bytes().decode().split("\0")[:-1] for file in self.recorded.iterdir()]
        return EncoderCommand.parse(next(words for words in commands if "-filter_complex" in words))


def per_rung(bench: Bench, command: EncoderCommand, source: pathlib.Path) -> dict[str, float]:
    """One after the other, which is the cheapest way to run them."""
    folder = bench.folder / "rungs"
    folder.mkdir()
    log = bench.folder / "rungs.log"
    usages = [measure(["ffmpeg", *arguments], log) for arguments in command.per_rung(source, folder)]
    written = megabytes(folder)
    shutil.rmtree(folder)
    return {
        "cpu_s": sum(usage.cpu for usage in usages),
        "wall_s": sum(usage.wall for usage in usages),
        "output_MB": written,
    }


def megabytes(folder: pathlib.Path) -> float:
    """Of the pictures and sound in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.suffix in {".mp4", ".m4s"}) / 1e6
