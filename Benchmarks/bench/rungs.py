"""VLog's one ffmpeg, alone, and the peers that are made of its very command."""

import dataclasses
import pathlib
import re


@dataclasses.dataclass(frozen=True)
class EncoderCommand:
    """Input options, a filter graph, and per output the options of its encoder."""

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

    @property
    def video(self) -> list[str]:
        """The pads of the rungs, the largest first."""
        return [pad for pad in self.outputs if pad.startswith("[v")]

    def alone(self, source: pathlib.Path, folder: pathlib.Path) -> list[str]:
        """The arguments of the same ffmpeg with nothing around it: it writes plain files."""
        words = [*self._head(source), "-filter_complex", ";".join(self.graph)]
        for pad in self.outputs:
            words += self._output(pad, folder)
        return words

    def plain(self, source: pathlib.Path, folder: pathlib.Path) -> list[str]:
        """One ffmpeg as one would write it: each size scaled from the source, threads and lookahead as the encoder
        chooses them."""
        splits = "".join(f"[s{index}]" for index in range(len(self.video)))
        chains = [self._source + f",split={len(self.video)}{splits}"]
        chains += [f"[s{index}]{self._picture(index)}{pad}" for index, pad in enumerate(self.video)]
        head = _without(_without(self._head(source), "-threads"), "-filter_complex_threads")
        words = [*head, "-filter_complex", ";".join(chains + self._sound)]
        for pad in self.video + self._audio:
            words += _without(_without(self._output(pad, folder), "-threads"), "-rc-lookahead")
        return words

    def per_rung(self, source: pathlib.Path, folder: pathlib.Path) -> list[list[str]]:
        """The arguments of one ffmpeg per rung. Each decodes and scales from the source; the first has the sound too."""
        commands = []
        for index, pad in enumerate(self.video):
            chains, pads = [f"{self._source},{self._picture(index)}{pad}"], [pad]
            if index == 0:
                chains += self._sound
                pads += self._audio
            words = [*self._head(source), "-filter_complex", ";".join(chains)]
            for name in pads:
                words += self._output(name, folder)
            commands.append(words)
        return commands

    def reference(self, source: pathlib.Path, file: pathlib.Path) -> list[str]:
        """The arguments that write what the largest rung is encoded from, without loss."""
        graph = f"{self._source},{self._picture(0)}[out]"
        return [*self._head(source), "-filter_complex", graph, "-map", "[out]", "-fps_mode", "passthrough",
                "-c:v", "rawvideo", "-f", "nut", str(file)]

    def _head(self, source: pathlib.Path) -> list[str]:
        return [f"file:{source}" if word.startswith("file:") else word for word in self.head]

    def _output(self, pad: str, folder: pathlib.Path) -> list[str]:
        name = pad.strip("[]")
        extension = "_%d.jpg" if "image2" in self.outputs[pad] else ".mp4"
        return ["-map", pad, *self.outputs[pad], f"file:{folder / name}{extension}"]

    @property
    def _audio(self) -> list[str]:
        return [pad for pad in self.outputs if pad.startswith("[a")]

    @property
    def _sound(self) -> list[str]:
        return [chain for chain in self.graph if chain.endswith(tuple(self._audio))] if self._audio else []

    @property
    def _source(self) -> str:
        """The source and what all rungs share: fields to pictures, rate, length."""
        return re.match(r"\[0:\d+\].+?trim=end_frame=\d+", self.graph[0])[0]

    def _picture(self, index: int) -> str:
        """The largest rung's colours, scaled to the size of this one at once, by ffmpeg's own scaler."""
        first = self.graph[1] if self.graph[1].startswith("[sdr]") else self.graph[0][len(self._source) + 1:]
        colours = re.fullmatch(r"(?:\[sdr\])?(.+?)(?:,split=\d+)?\[v0\](?:\[c\d+\])*", first)[1].split(",")
        if index == 0:
            return ",".join(colours)
        chain = next(chain for chain in self.graph if f"[v{index}]" in chain)
        size = re.match(r"\[c\d+\]z?scale=(\d+:\d+):", chain)[1]
        return ",".join([f"scale={size}:flags=bicubic"] + [word for word in colours if not word.startswith("scale=")])


def _without(words: list[str], option: str) -> list[str]:
    """Without an option and its value."""
    return [word for index, word in enumerate(words) if option not in (word, words[index - 1])]
