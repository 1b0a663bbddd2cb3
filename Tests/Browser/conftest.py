"""Browser tests: the pages in Debian's Chromium, against the stub server."""

import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

pytest.register_assert_rewrite("pages", "player_page", "sound_meter")

from player_page import PlayerPage
from rich_stream import make_late_stream, make_rich_stream, make_stream_of_two_codecs
from sample_stream import RUNGS, make_stream
from stub_admin import example_videos
from stub_server import StubServer
from stub_state import StubState

#: for a machine that compiles at the same time
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media") / "stream"
    make_stream(folder)
    make_stream(folder / "long", 100, RUNGS[-1:])
    return folder


@pytest.fixture(scope="session")
def rich(media):
    """Slugs of videos with languages and captions, with late timestamps, and with two codecs."""
    make_rich_stream(media / "rich")
    make_late_stream(media / "late", media, 1.4)
    make_stream_of_two_codecs(media / "codecs")
    return ["rich", "late", "codecs"]


@pytest.fixture(scope="session")
def server(media):
    server = StubServer(media)
    yield server
    server.stop()


@pytest.fixture
def stub(server):
    """The stub server as if new."""
    server.state = StubState()
    server.state.admin = example_videos()
    server.faults.clear()
    server.requests.clear()
    return server


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Opens pages in contexts of their own; at the end none of them may have met an error of its scripts or a breach
    of the content security policy."""
    contexts, troubles = [], []

    def open_page(url: str, width: int = 1280, height: int = 800, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if "Content Security Policy" in message.text else None)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def watch(stub, open_page):
    """Opens the watch page of a video."""

    def watch(slug="video-1", query="", **options):
        return PlayerPage(open_page(f"{stub.public_url}/watch/{slug}{query}", **options))

    return watch
