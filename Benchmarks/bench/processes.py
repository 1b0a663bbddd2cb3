"""Processes: what they take, where they run, and that none is left behind."""

import contextlib
import dataclasses
import os
import pathlib
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class Usage:
    """Of a process that has ended, with the children that it waited for."""

    wall: float
    cpu: float
    #: The most memory that one of these processes had, in MB (10^6 bytes).
    peak: float


def cpu_seconds(pid: int, *, with_reaped: bool = False) -> float:
    """User and system time of a running process, all threads; with that of children that it has waited for, if asked."""
    fields = stat_fields(pid)
    return sum(int(field) for field in fields[11:15 if with_reaped else 13]) / TICKS


def tree_cpu_seconds(pid: int) -> float:
    """Of a process and its children, those that have ended included."""
    while True:
        alive = children(pid)
        with contextlib.suppress(OSError):
            seconds = cpu_seconds(pid, with_reaped=True) + sum(cpu_seconds(child) for child in alive)
            # What a child took moves to its parent when it is reaped: neither lost nor counted twice.
            if children(pid) == alive:
                return seconds


def children(pid: int) -> list[int]:
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and int(stat_fields(int(entry.name))[1]) == pid:
                found.append(int(entry.name))
    return found


def stat_fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third one, the state, on."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def memory(pid: int, field: str) -> float:
    """`VmRSS`, `VmHWM`, its peak, or `RssAnon`, what of it is not mapped from files, in MB (10^6 bytes)."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ValueError(f"no {field} of process {pid}")


def reset_peak(pid: int):
    """Makes the peak of a process's memory what it uses now."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def on_core(core: int, *command: object) -> list[str]:
    """The command, kept on one core; as it is where there is but one."""
    words = [str(word) for word in command]
    cores = sorted(os.sched_getaffinity(0))
    return words if len(cores) < 2 else ["taskset", "--cpu-list", str(cores[core]), *words]


def move_to_core(core: int, pids: list[int]):
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(pid, [cores[core]])


class Process:
    """A program that runs beside us, in a process group of its own, and is gone at the end of a `with`."""

    def __init__(self, command: list[str], log: pathlib.Path, environment: dict[str, str] | None = None, **options):
        self.log = log
        self.started = time.monotonic()
        with log.open("ab") as output:
            options = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output} | options
            self.popen = subprocess.Popen(
                command, env=os.environ | (environment or {}), start_new_session=True, **options
            )

    @property
    def pid(self) -> int:
        return self.popen.pid

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, how: int = signal.SIGTERM, limit: float = 30) -> Usage | None:
        """Asks it to end, or kills the group when it does not in time; what it took, unless it had ended before."""
        if self.popen.returncode is not None:
            return None
        with contextlib.suppress(ProcessLookupError):
            self.popen.send_signal(how)
        return self.wait(limit, check=False)

    def wait(self, limit: float, check: bool = True) -> Usage:
        deadline = time.monotonic() + limit
        while True:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
                deadline = float("inf")
                check = False
            time.sleep(0.005)
        wall = time.monotonic() - self.started
        self.popen.returncode = os.waitstatus_to_exitcode(status)
        if check and self.popen.returncode != 0:
            raise RuntimeError(f"{self.popen.args[0]} ended with {self.popen.returncode}:\n{self.log_tail()}")
        return Usage(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss * 1024 / 1e6)

    def log_tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]


def measure(command: list[str], log: pathlib.Path, limit: float = 3600) -> Usage:
    """Runs a program to its end."""
    with Process(command, log) as process:
        return process.wait(limit)


def until(condition, limit: float, what: str, pause: float = 0.05):
    """The first true value of `condition()`."""
    deadline = time.monotonic() + limit
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {limit} s for {what}")
        time.sleep(pause)
