"""The player of a watch page, as a test talks to it."""

import time


def wait_until(condition, what: str, seconds: float = 15, explain=lambda: "") -> None:
    """Asks until the answer is yes. Playwright's own waiting evaluates in the page, which the pages' policy forbids."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError(f"waited {seconds} s in vain for {what}\n{explain()}")
        time.sleep(0.05)


class PlayerPage:
    def __init__(self, page):
        self.page = page
        wait_until(lambda: page.evaluate("Boolean(window.__vlogPlayer?.engine)"), "the player to be there")

    def start(self) -> None:
        """Clicks the large play button and waits until the picture moves."""
        self.page.get_by_role("button", name="Play", exact=True).first.click()
        self.wait("video.currentTime > 0.3 && !video.paused")

    def get(self, expression: str):
        """The value of an expression over `player`, `video` and `engine`."""
        return self.page.evaluate(f"(() => {{ const player = window.__vlogPlayer; const {{ video, engine }} = player ?? {{}}; return {expression}; }})()")

    def wait(self, condition: str, seconds: float = 15) -> None:
        wait_until(lambda: self.get(condition), condition, seconds, lambda: self.get("engine?.history.slice(-25)"))

    def seek(self, seconds: float) -> None:
        self.get(f"player.seekTo({seconds})")

    def play_to_the_end(self, speed: float = 4, seconds: float = 40) -> None:
        self.get(f"player.setSpeed({speed})")
        self.wait("video.ended", seconds)

    def load_all(self) -> None:
        """Stands still until all of the video is there, so that no file can come too late for the playhead."""
        self.get("video.pause()")
        self.wait("video.buffered.length > 0 && video.buffered.end(video.buffered.length - 1) > 23", 40)
        self.get("video.play()")

    def play_past(self, time: float, speed: float = 4) -> None:
        self.get(f"player.setSpeed({speed})")
        self.wait(f"video.currentTime > {time}", 40)

    def history(self, kind: str) -> list[dict]:
        """What the engine did of one kind."""
        return [entry for entry in self.get("engine.history") if entry["type"] == kind]

    def wait_for(self, kind: str, seconds: float = 20) -> list[dict]:
        self.wait(f"engine.history.some((entry) => entry.type === '{kind}')", seconds)
        return self.history(kind)

    def time(self) -> float:
        return self.get("video.currentTime")

    def moves_for(self, seconds: float) -> bool:
        """Whether play goes on by this much of the video, in not much more time."""
        begin, started = self.time(), time.monotonic()
        self.wait(f"video.currentTime >= {begin + seconds}", seconds * 3 + 5)
        return time.monotonic() - started < seconds * 2 + 2
