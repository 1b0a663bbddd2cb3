"""What a benchmark gets, and what it gives back."""

import dataclasses
import pathlib
import statistics
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Bench:
    binary: pathlib.Path
    #: Ours alone, on the disk to measure; removed afterwards.
    folder: pathlib.Path
    #: Where test clips are kept from run to run.
    clips: pathlib.Path
    rounds: int
    quick: bool

    def alternate(self, sides: dict[str, Callable[[], dict]]) -> dict[str, list[dict]]:
        """Measures every side once per round, one after the other: A B A B …"""
        samples = {name: [] for name in sides}
        for number in range(1, self.rounds + 1):
            for name, measure in sides.items():
                sample = measure()
                samples[name].append(sample)
                values = ", ".join(f"{key} {value:.4g}" for key, value in sample.items())
                print(f"   round {number}, {name}: {values}", flush=True)
        return samples


@dataclasses.dataclass(frozen=True)
class Figure:
    """A quantity of ours beside a peer's, by round; the ratio of their medians is what counts."""

    name: str
    unit: str
    ours: list[float]
    peer_name: str
    peer: list[float]
    at_most: float | None = None
    at_least: float | None = None

    @classmethod
    def of(cls, samples: dict[str, list[dict]], key: str, name: str, unit: str, peer: str, **target) -> "Figure":
        """From what `Bench.alternate` gave, where our side is named `vlog`."""
        ours, theirs = ([sample[key] for sample in samples[side]] for side in ("vlog", peer))
        return cls(name, unit, ours, peer, theirs, **target)

    @property
    def ratio(self) -> float:
        return statistics.median(self.ours) / statistics.median(self.peer)

    @property
    def ratios(self) -> list[float]:
        return [ours / peer for ours, peer in zip(self.ours, self.peer)]

    @property
    def is_met(self) -> bool | None:
        if self.at_most is not None:
            return self.ratio <= self.at_most
        return None if self.at_least is None else self.ratio >= self.at_least

    @property
    def text(self) -> str:
        values = f"vlog {statistics.median(self.ours):.4g}, {self.peer_name} {statistics.median(self.peer):.4g} {self.unit}"
        ratio = f"ratio {self.ratio:.3f} ({min(self.ratios):.3f} to {max(self.ratios):.3f})"
        bound = f"at most {self.at_most}" if self.at_most is not None else f"at least {self.at_least}"
        verdict = "" if self.is_met is None else f"; target {bound}: {'met' if self.is_met else 'MISSED'}"
        return f"{self.name}: {values}; {ratio}{verdict}"

    @property
    def as_json(self) -> dict:
        return dataclasses.asdict(self) | {
            "ratio": self.ratio, "ratio_min": min(self.ratios), "ratio_max": max(self.ratios), "met": self.is_met,
        }


@dataclasses.dataclass(frozen=True)
class Limit:
    """A quantity of ours beside a fixed limit; its largest value counts."""

    name: str
    unit: str
    values: list[float]
    at_most: float | None = None

    @property
    def is_met(self) -> bool | None:
        return None if self.at_most is None else max(self.values) <= self.at_most

    @property
    def text(self) -> str:
        spread = f"{statistics.median(self.values):.4g} {self.unit} ({min(self.values):.4g} to {max(self.values):.4g})"
        verdict = "" if self.is_met is None else f"; target at most {self.at_most}: {'met' if self.is_met else 'MISSED'}"
        return f"{self.name}: {spread}{verdict}"

    @property
    def as_json(self) -> dict:
        return dataclasses.asdict(self) | {"met": self.is_met}
