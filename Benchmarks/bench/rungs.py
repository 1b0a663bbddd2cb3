"""The peer of the transcode: one ffmpeg per rung, made of the very command that VLog runs."""

import dataclasses
import pathlib
import re


@dataclasses.dataclass(frozen=True)
class EncoderCommand:
    """VLog's one ffmpeg: input options, a filter graph, and per output the options of its encoder."""

    #: From the first option to the input's name.
    head: list[str]
    graph: list[str]
    #: By pad, for example `[v0]`; without the name of the file.
    outputs: dict[str, list[str]]

    @classmethod
    def parse(cls, words: list[str]) -> "EncoderCommand":
        split = words.index("-filter_complex")
        starts = [index for index in range(split, len(words)) if words[index] == "-map"]
        outputs = {}
        for start, end in zip(starts, starts[1:] + [len(words)]):
            if not words[end - 1].startswith("file:"):
                raise ValueError(f"an output is not what this script knows: {words[start:end]}")
            outputs[words[start + 1]] = words[start + 2:end - 1]
        head = words[:split]
        where = head.index("-progress")
        return cls(head[:where] + head[where + 2:], words[split + 1].split(";"), outputs)

    def per_rung(self, source: pathlib.Path, folder: pathlib.Path) -> list[list[str]]:
        """The arguments of one ffmpeg per rung. Each decodes and scales from the source; the first has the sound too."""
        head = [f"file:{source}" if word.startswith("file:") else word for word in self.head]
        video = [pad for pad in self.outputs if pad.startswith("[v")]
        audio = [pad for pad in self.outputs if pad.startswith("[a")]
        commands = []
        for index, pad in enumerate(video):
            chains, pads = [self._chain(index)], [pad]
            if index == 0:
                chains += [chain for chain in self.graph if chain.endswith(tuple(audio))]
                pads += audio
            words = head + ["-filter_complex", ";".join(chains)]
            for name in pads:
                words += ["-map", name, *self.outputs[name], f"file:{folder / name.strip('[]')}.mp4"]
            commands.append(words)
        return commands

    def _chain(self, index: int) -> str:
        """The largest rung's filters, without the split, scaled to the size of this one at once."""
        source, top = re.fullmatch(r"(\[0:\d+\])(.+?)(?:,split=2)?\[v0\](?:\[c1\])?", self.graph[0]).groups()
        filters = top.split(",")
        if index > 0:
            scale = re.fullmatch(r"\[c\d+\](scale=[^,]+),.+", self.graph[index])[1]
            filters = [filters[0], scale] + [word for word in filters[1:] if not word.startswith("scale=")]
        return f"{source}{','.join(filters)}[v{index}]"
