"""What the ladder's pictures lose by one decode and a cascade: SSIM and VMAF against one ffmpeg per rung."""

import dataclasses
import json
import pathlib
import re
import shlex
import shutil
import subprocess

import imageio_ffmpeg

from bench.clips import clip, nasty_clips
from bench.figures import Bench, Limit
from bench.processes import measure
from bench.rungs import EncoderCommand

#: The largest loss that is allowed, of 1.
SSIM = 0.001


def run(bench: Bench) -> list[Limit]:
    source = clip(bench, "h264-1080p", 4)
    sources = [(source.stem, source, codec) for codec in ("h264", "hevc", "av1")]
    sources += [(file.stem, file, "h264") for file in nasty_clips(bench)]
    losses = [loss for name, file, codec in (sources[:1] if bench.quick else sources)
              for loss in Ladder(bench, name, file, codec).losses()]
    return [
        Limit("SSIM lost by a rung", "of 1", [loss.ssim for loss in losses], at_most=SSIM),
        Limit("VMAF lost by a rung", "of 100", [loss.vmaf for loss in losses]),
    ]


@dataclasses.dataclass(frozen=True)
class Score:
    ssim: float
    vmaf: float

    def __sub__(self, other: "Score") -> "Score":
        return Score(self.ssim - other.ssim, self.vmaf - other.vmaf)


class Ladder:
    def __init__(self, bench: Bench, name: str, source: pathlib.Path, codec: str):
        self.name = f"{name}, {codec}"
        self.source = source
        self.folder = bench.folder / "quality"
        plan = subprocess.run([bench.binary, "plan", "--codecs", codec, source], capture_output=True, text=True, check=True)
        self.command = EncoderCommand.parse(shlex.split(plan.stdout.splitlines()[-1])[1:])
        self.size = re.search(r"^rung .*: (\d+x\d+)", plan.stdout, re.MULTILINE)[1].replace("x", ":")

    def losses(self) -> list[Score]:
        """Of each rung but the largest, which no scaler has touched on either side."""
        ours, peer = self.folder / "ours", self.folder / "peer"
        for side, commands in [(ours, [self.command.alone(self.source, ours)]),
                               (peer, self.command.per_rung(self.source, peer))]:
            side.mkdir(parents=True, exist_ok=True)
            for arguments in commands:
                measure(["ffmpeg", *arguments], self.folder / "log")
        reference = self.folder / "reference.nut"
        measure(["ffmpeg", *self.command.reference(self.source, reference)], self.folder / "log")
        losses = []
        for pad in self.command.video[1:]:
            ours_score, peer_score = (self.score(side / f"{pad.strip('[]')}.mp4", reference) for side in (ours, peer))
            losses.append(peer_score - ours_score)
            print(f"   {self.name} {pad}: SSIM {ours_score.ssim:.5f} ({-losses[-1].ssim:+.5f}), "
                  f"VMAF {ours_score.vmaf:.3f} ({-losses[-1].vmaf:+.3f})", flush=True)
        shutil.rmtree(self.folder)
        return losses

    def score(self, rung: pathlib.Path, reference: pathlib.Path) -> Score:
        """Of a rung scaled up to the size of the largest, as a screen shows it, against what that one was made from."""
        report = self.folder / "vmaf.json"
        graph = (
            f"[0:v]scale={self.size}:flags=bicubic,format=yuv420p,settb=AVTB,setpts=N[rung];"
            f"[1:v]format=yuv420p,settb=AVTB,setpts=N[picture];"
            f"[rung][picture]libvmaf=log_fmt=json:log_path={report}:n_threads=2:n_subsample=1:feature=name=float_ssim[out]"
        )
        subprocess.run(
            [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-i", rung, "-i", reference, "-filter_complex", graph,
             "-map", "[out]", "-f", "null", "-"],
            check=True, capture_output=True,
        )
        pooled = json.loads(report.read_text())["pooled_metrics"]
        return Score(pooled["float_ssim"]["mean"], pooled["vmaf"]["mean"])
