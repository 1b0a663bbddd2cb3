"""What can go wrong between a browser and a server, on demand."""

import dataclasses
import random
import re
import threading


@dataclasses.dataclass
class Fault:
    """One misbehaviour for the paths that match, a number of times (None: always)."""

    match: str
    status: int = 0
    hang: bool = False
    truncate: bool = False
    garble: bool = False
    #: the boxes stay whole, what is in them does not
    corrupt: bool = False
    times: int | None = None
    retry_after: int | None = None
    #: a whole answer of another kind, such as a proxy's HTML page
    html: str | None = None
    #: the sentence of the answer; None: a made-up one
    detail: str | None = None

    @property
    def spoils(self) -> bool:
        """Whether an answer comes, but a bad one."""
        return self.truncate or self.garble or self.corrupt


class Faults:
    """The faults in force, and the speed of the line in bytes per second (None: as fast as it goes)."""

    def __init__(self):
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self.rate: int | None = None
        self.stopping = threading.Event()

    @staticmethod
    def spoil(data: bytes, fault: Fault | None) -> bytes:
        """The bytes as a fault leaves them."""
        if fault and fault.garble:
            return data[:400] + random.Random(1).randbytes(len(data) - 400)
        if fault and fault.corrupt:
            start = data.index(b"mdat") + 4
            return data[:start] + b"\xff" * (len(data) - start)
        return data

    def add(self, match: str, **how) -> None:
        with self._lock:
            self._faults.append(Fault(match, **how))

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
            self.rate = None

    def take(self, path: str) -> Fault | None:
        """The first fault for a path; counts it as used."""
        with self._lock:
            for fault in self._faults:
                if fault.times == 0 or not re.search(fault.match, path):
                    continue
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None
